"""`python -m k8s.render`: write each rendering of `k8s/` and of the chart to a file of its own.

Lints the chart first, and compares it with `k8s/` at the end. What is rendered is in
`k8s/renderings.py`.
"""

import argparse
import sys
from pathlib import Path

from k8s import drift
from k8s.renderings import RenderError, charts, renderings
from k8s.tools import ROOT, ToolError


def render_all(out: Path, root: Path = ROOT) -> list[Path]:
    """Write each rendering to `out/<name>.yaml`; files of renderings that are no more are removed.

    Raises:
        RenderError: kubectl or helm refused one.
    """
    out.mkdir(parents=True, exist_ok=True)
    texts = {out / f"{one.name}.yaml": one.render(root) for one in renderings(root)}
    for stale in set(out.glob("*.yaml")) - set(texts):
        stale.unlink()
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    return list(texts)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m k8s.render", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("build/manifests"), help="folder")
    options = parser.parse_args(arguments)
    try:
        for chart in charts():
            chart.lint(ROOT)
        print(*render_all(options.out), sep="\n")
    except (ToolError, RenderError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return drift.main()


if __name__ == "__main__":
    sys.exit(main())
