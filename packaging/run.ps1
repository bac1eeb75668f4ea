# Sets up what is missing and runs Xiuhu on Windows. Untried: written without a Windows machine at hand.
$ErrorActionPreference = 'Stop'
Remove-Item Env:PYTHONHOME, Env:PYTHONPATH -ErrorAction SilentlyContinue
$python = Get-Command py, python3, python -ErrorAction SilentlyContinue | Select-Object -First 1
if (-not $python) { [Console]::Error.WriteLine('Xiuhu needs Python 3.11 or newer: install it from python.org.'); exit 3 }
& $python.Source -B (Join-Path $PSScriptRoot 'set_up.py') run @args
exit $LASTEXITCODE
