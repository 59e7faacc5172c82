# Makes the Windows installer: packaging\windows\build.ps1 OUT
# Needs Python 3.11 or newer, Git's sh (build-bundle.sh) and Inno Setup 6. NOT RUN on the machine this was written on.
param([Parameter(Mandatory = $true)][string]$Out)
$ErrorActionPreference = "Stop"
$project = (Resolve-Path "$PSScriptRoot\..\..").Path
New-Item -ItemType Directory -Force $Out | Out-Null
$Out = (Resolve-Path $Out).Path
$version = (Select-String -Path "$project\planner_gui\__init__.py" -Pattern '__version__ = "(.+)"').Matches[0].Groups[1].Value

# The icon is drawn in the bundle's own environment, which the first build makes; the program wants it inside.
$icons = "$Out\icons"
$env:PLANNER_GUI_ICONS = $icons
$env:PYTHON = "python"
sh "$project/packaging/build-bundle.sh" $Out
if ($LASTEXITCODE -ne 0) { throw "the bundle was not built" }

if ($env:SIGNTOOL_ARGUMENTS) {
    & signtool sign $env:SIGNTOOL_ARGUMENTS.Split(" ") "$Out\planner-gui\planner-gui.exe"
    if ($LASTEXITCODE -ne 0) { throw "signing failed" }
}
& "$Out\planner-gui\planner-gui.exe" --version
if ($LASTEXITCODE -ne 0) { throw "the bundle does not start" }
iscc "/DVersion=$version" "/DBundle=$Out\planner-gui" "/DOut=$Out" "$PSScriptRoot\planner-gui.iss"
if ($LASTEXITCODE -ne 0) { throw "the installer was not made" }
