; Inno Setup 6: one installer, per user (default, no rights needed) or for everybody, as its first page asks.
; iscc /DVersion=0.1.0 /DBundle=C:\out\planner-gui /DOut=C:\out packaging\windows\planner-gui.iss
; Signing: /Ssigntool="signtool sign /fd SHA256 /tr URL /td SHA256 $f" and /DSigned; the bundle's own .exe is signed before.
; K1: one folder, below Program Files or the user's Programs, where only its owner can write.
#ifndef Version
  #error Version, Bundle and Out are given with /D
#endif

[Setup]
AppId={{6D1B6F3A-6C1E-4F6B-9F0E-3B1D6B0C7A51}
AppName=planner-gui
AppVersion={#Version}
AppPublisher=The planner-gui developers
VersionInfoVersion={#Version}
DefaultDirName={autopf}\planner-gui
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog commandline
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir={#Out}
OutputBaseFilename=planner-gui-{#Version}-setup
SetupIconFile={#Bundle}\..\icons\planner-gui.ico
UninstallDisplayIcon={app}\planner-gui.exe
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
LicenseFile={#SourcePath}\..\..\LICENSE
; A running window is asked to close, as a session's end does; pending edits are on disk.
CloseApplications=yes
RestartApplications=no
#ifdef Signed
SignTool=signtool
SignedUninstaller=yes
#endif

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

; Files of an older version that the new one does not have must not stay: Python would load them.
[InstallDelete]
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{autoprograms}\planner-gui"; Filename: "{app}\planner-gui.exe"; WorkingDir: "{userdocs}"
Name: "{autodesktop}\planner-gui"; Filename: "{app}\planner-gui.exe"; WorkingDir: "{userdocs}"; Tasks: desktopicon

[Run]
Filename: "{app}\planner-gui.exe"; Description: "{cm:LaunchProgram,planner-gui}"; Flags: nowait postinstall skipifsilent runasoriginaluser

; The user's workspaces and preferences are not ours to remove.
