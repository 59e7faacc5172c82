"""The names of the pretend company: people, teams, projects and what is worked on. Data only."""

TEAMS = ("Design", "Platform", "Delivery", "Data", "Mobile", "Operations", "Labs")

# The first sixty people, hand-picked, as (name, team, role); more are combined from FIRST and LAST.
PEOPLE: tuple[tuple[str, str, str], ...] = (
    ("Amara Okafor", "Design", "Product designer"),
    ("Priya Raman", "Platform", "Tech lead"),
    ("Noor Rahman", "Labs", "Research engineer"),
    ("Sofia Marino", "Delivery", "Project manager"),
    ("Leila Haddad", "Data", "Data analyst"),
    ("Chen Wei", "Platform", "SRE"),
    ("Kwame Mensah", "Mobile", "Android developer"),
    ("Ingrid Sørensen", "Operations", "Service manager"),
    ("Jonas Lindqvist", "Design", "UX researcher"),
    ("Mateo Fernández", "Platform", "Backend engineer"),
    ("Tomasz Zieliński", "Delivery", "QA engineer"),
    ("Yuki Tanaka", "Labs", "Machine learning engineer"),
    ("Aisha Bello", "Data", "Data engineer"),
    ("Lucas Moreau", "Mobile", "iOS developer"),
    ("Dana Kovač", "Operations", "System administrator"),
    ("Elif Yılmaz", "Design", "Visual designer"),
    ("Rohan Mehta", "Platform", "Backend engineer"),
    ("Hannah Weiß", "Delivery", "Scrum master"),
    ("Thabo Nkosi", "Labs", "Hardware engineer"),
    ("Mei Lin", "Data", "Analytics engineer"),
    ("Oskar Nyman", "Mobile", "Mobile lead"),
    ("Fatima Zahra Idrissi", "Operations", "Network engineer"),
    ("Clara Duarte", "Design", "Content designer"),
    ("Viktor Horváth", "Platform", "Platform engineer"),
    ("Niamh O'Connor", "Delivery", "Business analyst"),
    ("Arjun Patel", "Data", "Data scientist"),
    ("Emma Jansen", "Mobile", "QA engineer"),
    ("Samuel Adeyemi", "Operations", "Support lead"),
    ("Zofia Nowak", "Labs", "Product researcher"),
    ("Marco Ricci", "Design", "Design lead"),
    ("Anh Nguyễn", "Platform", "Security engineer"),
    ("Paula Jiménez", "Delivery", "Project manager"),
    ("David Cohen", "Data", "Data lead"),
    ("Freya Holm", "Mobile", "iOS developer"),
    ("Ibrahim Diallo", "Operations", "Site reliability engineer"),
    ("Camille Laurent", "Labs", "Electronics engineer"),
    ("Sana Qureshi", "Design", "Interaction designer"),
    ("Björn Åkesson", "Platform", "Database engineer"),
    ("Ana Petrović", "Delivery", "Test lead"),
    ("Kenji Watanabe", "Data", "Machine learning engineer"),
    ("Isabela Rocha", "Mobile", "Android developer"),
    ("George Papadopoulos", "Operations", "System administrator"),
    ("Ravi Krishnan", "Labs", "Research lead"),
    ("Maja Wójcik", "Design", "UX researcher"),
    ("Tariq Aziz", "Platform", "Backend engineer"),
    ("Laura Schmidt", "Delivery", "Delivery lead"),
    ("Olena Shevchenko", "Data", "Data engineer"),
    ("Diego Castillo", "Mobile", "Flutter developer"),
    ("Hiroshi Mori", "Operations", "Change manager"),
    ("Esther Wanjiru", "Labs", "Prototype engineer"),
    ("Nils Bergström", "Platform", "Build engineer"),
    ("Gabriela Popescu", "Delivery", "Project manager"),
    ("Omar Farouk", "Data", "Business intelligence developer"),
    ("Julia Kaminski", "Mobile", "Product owner"),
    ("Pieter de Vries", "Operations", "Service desk engineer"),
    ("Linh Trần", "Platform", "API engineer"),
    ("Alejandro Ruiz", "Delivery", "QA engineer"),
    ("Sinéad Byrne", "Mobile", "Accessibility specialist"),
    ("Wanjiku Kamau", "Platform", "Tech lead"),
    ("Ewa Lis", "Labs", "Data ethicist"),
)

_FIRST = """
Adaeze Adam Agnes Ahmed Aiko Alba Alice Alma Amir Anders Andrea Anita Anton Aoife Ari Astrid Ayumi Beatriz Bence
Benedikt Bianca Bilal Bruno Carmen Cheng Chiara Chloé Cyril Daniel Daria Deepa Dina Dmitri Edda Eero Elena Eliška
Emeka Emil Enzo Erik Esra Eva Fabian Farah Felipe Finn Fiona Florian Gita Goran Grace Hana Hassan Helena Hugo Ida
Imani Inês Irina Isaac Ivan Jana Javier Jin Joana João Jorge Kaia Kamal Karim Katarina Keiko Kofi Lars Layla Lena
Leo Liam Lina Lorenzo Lucía Luka Magda Malik Manuel Marek Maria Martin Matilde Mina Mohamed Nadia Naomi Nia Nikolai
Nora Olga Olu Paolo Petra Quentin Rafael Rania Renata Rosa Ruth Saskia Selma Simon Stella Suresh Tala Tariku Thandi
Timo Tove Uma Valentina Wen Xenia Yara Yusuf Zara Zoltán
"""
FIRST: tuple[str, ...] = tuple(_FIRST.split())
_LAST = """
Abadi Achebe Albrecht Almeida Andersen Antonov Araújo Asante Bakker Balogun Banerjee Baptiste Barros Bauer Becker
Berg Bianchi Blanc Bondarenko Bose Brandt Bruun Çelik Chowdhury Conti Costa Cruz Danso Das Delgado Dimitrov Dubois
Eriksen Esposito Estrada Fadel Farkas Ferrari Fischer Fontaine Fujita Galli García Gebre Georgiou Gomes Greco Gupta
Haas Hansen Hashimoto Heikkinen Herrera Hoang Hughes Iliescu Ito Ivanova Iyer Jakobsen Jensen Joshi Juhász Kapoor
Kaya Keller Kim Kimura Klein Koroma Kovalenko Krüger Kumar Lang Larsen Lefèvre Lehtonen Lemaire Lindgren Lombardi
Lopes Maina Malik Marković Martins Matsuda Mbeki Medina Meyer Mishra Moreno Müller Mwangi Nagy Nair Navarro Ndiaye
Neumann Nielsen Nkrumah Novák Obi Ochoa Oduya Olsen Omondi Ortega Osei Ozturk Park Peeters Pham Pinto Quist Rahimi
Ramírez Rao Reyes Rossi Saito Salazar Santos Sato Schulz Sharma Silva Singh Soto Suzuki Takahashi Torres Usman
Vargas Vega Virtanen Vogel Weber Wolff Yamada Yang Zhang
"""
LAST: tuple[str, ...] = tuple(_LAST.split())

ROLES: tuple[str, ...] = (
    "Engineer",
    "Senior engineer",
    "Analyst",
    "Consultant",
    "Tester",
    "Product owner",
    "Technical writer",
)

# (key, name, team that leads it, what is worked on)
PROJECTS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    ("ATL", "Atlas", "Design", ("Discovery", "Design system", "API review", "Acceptance")),
    ("BEA", "Beacon", "Delivery", ("Interviews", "Synthesis", "Rollout", "KPIs")),
    ("ORI", "Orion", "Platform", ("Core services", "Hardening", "Regression", "Identity")),
    ("KIT", "Kite", "Platform", ("Payments", "Ledger", "UAT", "Invoicing")),
    ("RUN", "Run", "Operations", ("On-call rota", "Patching", "Backup drill", "Upgrade")),
    ("HAR", "Harbor", "Data", ("Data lake", "Catalogue", "Migration", "Reporting")),
    ("LUM", "Lumen", "Mobile", ("Offline mode", "Push", "Accessibility", "Store release")),
    ("CED", "Cedar", "Delivery", ("Onboarding", "Training", "Self-service")),
    ("NIM", "Nimbus", "Operations", ("Cloud move", "Cost review", "Landing zone")),
    ("SPK", "Spark", "Labs", ("Prototype", "Field trial", "Patent search")),
    ("QUI", "Quill", "Labs", ("Handwriting model", "Benchmark", "Demo day")),
)
# Beside the projects that a team leads, it works on these.
ALSO_WORKS_ON: dict[str, tuple[str, ...]] = {
    "Design": ("BEA", "LUM", "CED"),
    "Platform": ("ATL", "HAR", "NIM"),
    "Delivery": ("ATL", "KIT", "ORI"),
    "Data": ("BEA", "KIT", "ORI"),
    "Mobile": ("ATL", "KIT"),
    "Operations": ("ORI", "HAR"),
    "Labs": (),
}
