#!/bin/sh
# Makes the one-folder bundle of the program: OUT/planner-gui/, what it is made of (OUT/contents.json), its bill of
# materials (OUT/sbom.cdx.json) and, in the bundle, every licence. Prints the sizes by part.
#
#     packaging/build-bundle.sh OUT [VERSION]
#
# Needs python3 (3.11 or newer) with its venv module and its shared library, and on Linux binutils. PLANNER_GUI_SYSTEM_LIBRARIES=depends
# leaves out what Debian packages provide, which is what build-deb.sh wants; without it everything but the graphics
# drivers and the C library is carried. VERSION, for tries, says another version than the tree's.
set -eu

[ $# -ge 1 ] || { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
project=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)
version=${2:-}
base=${PYTHON:-python3}

say() { printf '%s\n' "== $*" >&2; }
fail() { printf '%s\n' "build-bundle: $*" >&2; exit 1; }

"$base" -c 'import sys, sysconfig; sys.exit(sys.version_info < (3, 11) or not sysconfig.get_config_var("Py_ENABLE_SHARED") and sys.platform == "linux")' ||
    fail "$base must be Python 3.11 or newer, built with its shared library (PYTHON=... names another one)"
[ "$(uname -s)" != Linux ] || command -v objdump >/dev/null || fail "objdump not found: install binutils"

# A virtual environment of the locked packages and nothing else; pip's report says which archives were taken.
environment=$out/environment
wanted=$(cat "$project/packaging/requirements.txt" "$project/packaging/requirements-build.txt" | cksum)
python=$environment/bin/python
[ -d "$environment/Scripts" ] && python=$environment/Scripts/python.exe
if [ "$(cat "$environment/.made-of" 2>/dev/null)" != "$wanted" ]; then
    say "Installing the locked packages into $environment"
    "$base" -m venv --clear "$environment"
    [ -d "$environment/Scripts" ] && python=$environment/Scripts/python.exe
    "$python" -m pip --disable-pip-version-check --quiet install --no-input --require-hashes --only-binary :all: \
        --report "$out/installed.json" \
        -r "$project/packaging/requirements.txt" -r "$project/packaging/requirements-build.txt"
    printf '%s\n' "$wanted" >"$environment/.made-of"
fi

# What is built is a copy: the tree may change meanwhile, and a version may be put into it.
source=$out/source
rm -rf "$source" "$out/planner-gui"
mkdir "$source"
cp -R "$project/planner_gui" "$project/resources" "$source"
find "$source" -name __pycache__ -type d -prune -exec rm -rf {} +
if [ -n "$version" ]; then
    "$python" - "$source/planner_gui/__init__.py" "$version" <<'PYTHON'
import pathlib, re, sys
path = pathlib.Path(sys.argv[1])
path.write_text(re.sub(r'__version__ = ".*"', f'__version__ = "{sys.argv[2]}"', path.read_text()))
PYTHON
fi

# Windows and macOS keep the icon in the program.
[ -z "${PLANNER_GUI_ICONS:-}" ] || QT_QPA_PLATFORM=offscreen "$python" "$project/packaging/icons.py" "$PLANNER_GUI_ICONS"

say "Making the bundle"
cd "$out" # never the project's folder: its packaging/ is not the module of that name
PLANNER_GUI_SOURCE=$source PLANNER_GUI_CONTENTS=$out/contents.json PYTHONHASHSEED=1 \
    PYINSTALLER_CONFIG_DIR=$out/cache "$python" -m PyInstaller --noconfirm --log-level WARN \
    --distpath "$out" --workpath "$out/work" "$project/packaging/planner-gui.spec"

# Python's own libraries may bring symbols for debuggers. Qt's stay as published (LICENCES.md).
if [ "$(uname -s)" = Linux ]; then
    find planner-gui/_internal -maxdepth 1 -name 'libpython*' -exec strip --strip-unneeded {} +
    find planner-gui/_internal -path '*/lib-dynload/*' -name '*.so' -exec strip --strip-unneeded {} +
    # Where this Python was built is no place for another computer to look for libraries in.
    find planner-gui -type f \( -path '*/lib-dynload/*' -o -name 'libpython*' \) -exec "$python" -c '
import pathlib, sys
place = (sys.base_prefix + "/lib").encode()
for name in sys.argv[1:]:
    file = pathlib.Path(name)
    data = file.read_bytes()
    new = data.replace(b"\0" + place + b"\0", b"\0" + b"$ORIGIN".ljust(len(place), b"\0") + b"\0")
    if new != data:
        file.write_bytes(new)
' {} +
fi

"$python" "$project/packaging/notices.py" "$out"
"$python" "$project/packaging/sbom.py" "$out"
"$python" "$project/packaging/sizes.py" "$out"
