"""
Writes what Jinja makes of the templates here into written.jsonl and generated.jsonl: [template, text] or [template, null, error].
Run it when templates are added: python3 -m venv v && v/bin/pip install jinja2==3.1.6 && v/bin/python make.py
"""

import json
import pathlib
import re

from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

import generated
import written

HERE = pathlib.Path(__file__).parent
CONTEXT = json.loads((HERE / "context.json").read_text())
ENVIRONMENT = SandboxedEnvironment(undefined=StrictUndefined, extensions=["jinja2.ext.do"], cache_size=0)
# An address in memory differs from run to run.
UNSTABLE = re.compile(r"\bat 0x|<[a-z]+ ['a-z_.]+ (object|of)|&lt;(generator|Undefined)|<(bound|function|built-in|class|Macro|Loop|jinja2)|<[a-z_]+iterator|u003cgenerator")


def outcome(template):
    context = json.loads(json.dumps(CONTEXT))
    try:
        text = ENVIRONMENT.from_string(template).render(context)
        text.encode()
    except UnicodeEncodeError:
        return None
    except RecursionError:
        return None
    except Exception as error:
        return [template, None, type(error).__name__]
    if UNSTABLE.search(text) or len(text) > 400:
        return None
    return [template, text]


def write(name, templates, limit=None):
    outcomes = [o for o in map(outcome, templates) if o is not None][:limit]
    lines = [json.dumps(o, ensure_ascii=False, separators=(",", ":")) for o in outcomes]
    (HERE / name).write_text("\n".join(lines) + "\n")
    failed = sum(o[1] is None for o in outcomes)
    print(f"{name}: {len(outcomes)} templates, {failed} of them errors")


def main():
    write("written.jsonl", ["{{ " + e + " }}" for e in written.EXPRESSIONS] + written.TEMPLATES)
    write("generated.jsonl", generated.templates(4200), 2600)


main()
