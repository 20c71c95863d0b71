"""Makes the virtual environment of the Python peers. A peer that cannot be installed leaves a note that says why, and stops nobody else."""

import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).parent
# Beside the packages of npm, in the one folder that every tool leaves out.
ENVIRONMENT = HERE / "node_modules" / ".venv"


def install(requirements):
    command = [ENVIRONMENT / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *requirements]
    return subprocess.run(command, stderr=subprocess.PIPE, text=True)


def main():
    requirements = [line for line in (HERE / "requirements.txt").read_text().splitlines() if line and not line.startswith("#")]
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    if install(requirements).returncode == 0:
        return
    for requirement in requirements:
        one = install([requirement])
        if one.returncode != 0:
            lines = one.stderr.strip().splitlines()
            (ENVIRONMENT / f"{requirement}.failure").write_text(lines[-1] if lines else "pip gave no reason")
            sys.stderr.write(f"{requirement} could not be installed and will not be measured.\n")


main()
