#!/bin/sh
# Asks whether any locked package has a known fault: the program's, and those that packages are made with.
#
#     packaging/audit.sh [FOLDER]
#
# Installs pip-audit, locked too, into a virtual environment in FOLDER (build/audit), and sends names and versions to
# the database. Exit 0: nothing is known. 1: something is, and is listed. 3: the database was not reached, or did not
# answer about every package: nothing was found out, which is no good news.
set -eu

project=$(cd "$(dirname "$0")/.." && pwd)
folder=${1:-$project/build/audit}
case $folder in -*) sed -n '2,8s/^# \{0,1\}//p' "$0" >&2; exit 2 ;; esac
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
python=$folder/environment/bin/python
lock=$project/packaging/requirements-audit.txt

wanted=$(cksum <"$lock")
if [ "$(cat "$folder/.made-of" 2>/dev/null)" != "$wanted" ]; then
    "${PYTHON:-python3}" -m venv --clear "$folder/environment"
    "$python" -m pip --disable-pip-version-check --quiet install --no-input --require-hashes --only-binary :all: -r "$lock" || {
        echo "audit: pip-audit could not be installed: nothing was found out" >&2
        exit 3
    }
    printf '%s\n' "$wanted" >"$folder/.made-of"
fi

cd "$folder" # never the project's folder: its packaging/ is not the module of that name
code=0
for part in requirements.txt requirements-build.txt; do
    rm -f answer.json
    "$python" -m pip_audit --requirement "$project/packaging/$part" --require-hashes --disable-pip --strict \
        --progress-spinner off --timeout 20 --format json --output answer.json 2>log.txt || true
    "$python" - "$part" answer.json log.txt <<'PYTHON' || { now=$?; [ "$code" = 1 ] || code=$now; }
import json, pathlib, sys

part, answer, log = sys.argv[1:]
try:
    packages = json.loads(pathlib.Path(answer).read_text())["dependencies"]
except (OSError, ValueError, KeyError):
    packages = []
asked = [one for one in packages if "vulns" in one]
if not packages or len(asked) < len(packages):
    last = (pathlib.Path(log).read_text().strip().splitlines() or ["no reason given"])[-1]
    print(f"{part}: the database was not reached, NOTHING was checked ({last[:200]})", file=sys.stderr)
    sys.exit(3)
known = [(one["name"], one["version"], fault) for one in asked for fault in one["vulns"]]
for name, version, fault in known:
    print(f"{part}: {name} {version}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no version'}")
if not known:
    print(f"{part}: nothing is known of {len(asked)} packages")
sys.exit(1 if known else 0)
PYTHON
done
exit "$code"
