"""What `import ridgeline` costs over bare Python, and what the first Run adds.

python bench/imports.py
"""

import statistics
import subprocess
import sys

ROUNDS = 15


def cpu_ms(code):
    """Median CPU time of a whole Python process."""
    measure = "import resource, subprocess, sys; subprocess.run([sys.executable, '-c', sys.argv[1]], check=True); u = resource.getrusage(resource.RUSAGE_CHILDREN); print(u.ru_utime + u.ru_stime)"
    return 1000 * statistics.median(
        float(
            subprocess.run(
                [sys.executable, "-c", measure, code], capture_output=True, text=True, check=True
            ).stdout
        )
        for _ in range(ROUNDS)
    )


def report(what, value, unit, bar=None):
    print(
        f"{what:60}{value:9.1f} {unit}"
        + ("" if bar is None else f"   bar {bar:g}  {'met' if value <= bar else 'MISSED'}")
    )


def main():
    bare = cpu_ms("pass")
    report("bare Python", bare, "ms")
    report("import ridgeline, over that", cpu_ms("import ridgeline") - bare, "ms", 30)
    report(
        "import ridgeline; ridgeline.Run, over that", cpu_ms("import ridgeline; ridgeline.Run") - bare, "ms"
    )


if __name__ == "__main__":
    main()
