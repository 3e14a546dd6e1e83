"""Makes templates at random from a grammar; the same ones for the same seed."""

import random

INTS = ["n", "neg", "zero", "1", "2", "3", "10", "-1", "xs[0]", "users[0].age", "s|length", "big"]
FLOATS = ["f", "pi", "1.5", "0.1", "2.0", "-0.5", "1e3", "tiny"]
STRS = ["s", "word", "path", "csv", "uni", "html", "num", "empty", "spaces", "mixed", "'x'", "'a-b'", "\"it's\"", "users[1].name", "env.STAGE", "multi", "long"]
LISTS = ["xs", "floats", "words", "nested", "void", "mix", "[1, 2]", "['b', 'a']", "d.b", "range(4)", "users"]
DICTS = ["d", "env", "nothing", "users[0]", "{'k': 1}"]
BOOLS = ["t", "no", "true", "false"]
ANY = INTS + FLOATS + STRS + LISTS + DICTS + BOOLS + ["none", "none_value", "missing", "d.missing"]
TESTS = ["defined", "undefined", "none", "string", "number", "integer", "float", "boolean", "mapping", "sequence", "iterable", "odd", "even", "lower", "upper", "true", "false", "callable", "divisibleby(3)", "divisibleby 2", "eq(1)", "in(xs)", "sameas(none)", "gt 1", "escaped"]


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def pick(self, *options):
        # ¤ stands for a quote, which cannot stand in an f-string.
        choice = self.r.choice(options)
        return choice.replace("¤", '"') if isinstance(choice, str) else choice

    def wild(self, depth):
        """Now and then something of a wrong type."""
        return self.r.choice(ANY) if self.r.random() < 0.06 else None

    def integer(self, d):
        if d <= 0 or self.r.random() < 0.25:
            return self.wild(d) or self.r.choice(INTS)
        k = self.r.randrange(12)
        if k < 5:
            return f"({self.integer(d-1)} {self.pick('+', '-', '*', '//', '%')} {self.integer(d-1)})"
        if k == 5:
            return f"{self.string(d-1)}|length"
        if k == 6:
            return f"({self.list(d-1)}|length)"
        if k == 7:
            return f"({self.any(d-1)}|int({self.pick('', '9', '0, 16')}))"
        if k == 8:
            return f"({self.string(d-1)}).{self.pick('count', 'find', 'rfind')}({self.string(0)})"
        if k == 9:
            return f"(-{self.integer(d-1)}|abs)"
        if k == 10:
            return f"({self.integer(d-1)} ** {self.pick('2', '3', '0')})"
        return f"({self.string(d-1)}|wordcount)"

    def number(self, d):
        if self.r.random() < 0.5:
            return self.integer(d)
        if d <= 0 or self.r.random() < 0.3:
            return self.wild(d) or self.r.choice(FLOATS)
        k = self.r.randrange(6)
        if k < 3:
            return f"({self.number(d-1)} {self.pick('+', '-', '*', '/', '//', '%')} {self.number(d-1)})"
        if k == 3:
            return f"({self.number(d-1)}|round({self.pick('', '1', '2', '-1')}{self.pick('', '')}))"
        if k == 4:
            return f"({self.any(d-1)}|float)"
        return f"({self.number(d-1)}|round(1, '{self.pick('ceil', 'floor', 'common')}'))"

    def string(self, d):
        if d <= 0 or self.r.random() < 0.25:
            return self.wild(d) or self.r.choice(STRS)
        s = lambda: self.string(d - 1)
        i = lambda: self.integer(0)
        k = self.r.randrange(26)
        return [
            lambda: f"({s()}|{self.pick('upper', 'lower', 'title', 'capitalize', 'trim', 'string', 'reverse', 'striptags', 'e', 'urlencode', 'safe', 'forceescape')})",
            lambda: f"({s()}).{self.pick('upper', 'lower', 'title', 'capitalize', 'strip', 'swapcase', 'casefold', 'lstrip', 'rstrip')}()",
            lambda: f"({s()} ~ {self.any(d-1)})",
            lambda: f"({s()} + {s()})",
            lambda: f"({s()}|replace({self.string(0)}, {self.string(0)}))",
            lambda: f"({s()}|replace('a', 'Z', {self.pick('1', '2')}))",
            lambda: f"({s()}[{self.slice()}])",
            lambda: f"({s()}|truncate({self.pick('5', '8', '10', '20')}{self.pick('', ', true', ', false, ¤..¤', ', true, ¤¤, 0')}))",
            lambda: f"({s()}|center({self.pick('10', '21', '30')}))",
            lambda: f"({s()}|indent({self.pick('2', '4, true', '1, blank=true', '¤> ¤, true')}))",
            lambda: f"({s()}|wordwrap({self.pick('5', '10', '12, false', '20')}))",
            lambda: f"({self.list(d-1)}|join({self.pick('', '¤-¤', '¤, ¤')}))",
            lambda: f"({self.any(d-1)}|tojson)",
            lambda: f"({self.any(d-1)}|string)",
            lambda: f"({self.any(d-1)}|pprint)",
            lambda: f"('%s' % ({self.any(d-1)},))",
            lambda: f"('{self.pick('%5d', '%-6d|', '%05d', '%+d', '%x', '%o')}' % {self.integer(d-1)})",
            lambda: f"('{self.pick('%.2f', '%8.1f', '%e', '%g', '%+.1f')}' % {self.number(d-1)})",
            lambda: f"('{self.pick('{}', '{:>12}', '{!r}', '{:<4}|', '{:^9}')}'.format({s()}))",
            lambda: f"('{self.pick('{:d}', '{:05}', '{:,}', '{:>+8}', '{:x}', '{:#b}')}'.format({self.integer(d-1)}))",
            lambda: f"('{self.pick('{:.2f}', '{:10.3f}', '{:,.1f}', '{:e}', '{:g}', '{:.0%}', '{:.4}')}'.format({self.number(d-1)}))",
            lambda: f"({s()} * {self.pick('0', '2', '3')})",
            lambda: f"({self.list(d-1)}|{self.pick('first', 'last')})",
            lambda: f"({s()}.{self.pick('zfill', 'ljust', 'rjust', 'center')}({self.pick('3', '12', '15')}))",
            lambda: f"({s()}.{self.pick('split', 'rsplit', 'partition', 'rpartition')}({self.pick('¤-¤', '¤ ¤', '¤,¤', '¤/¤')})[{self.pick('0', '-1', '1')}])",
            lambda: f"({self.number(d-1)}|filesizeformat{self.pick('', '(true)')})",
        ][k]()

    def slice(self):
        part = lambda: self.pick("", "", "1", "2", "-1", "-2", "5", "100", "n")
        return f"{part()}:{part()}{self.pick('', '', ':2', ':-1', ':1')}"

    def list(self, d):
        if d <= 0 or self.r.random() < 0.25:
            return self.wild(d) or self.r.choice(LISTS)
        l = lambda: self.list(d - 1)
        k = self.r.randrange(20)
        return [
            lambda: f"[{self.any(d-1)}, {self.any(d-1)}]",
            lambda: f"({self.any(d-1)}, {self.any(d-1)})",
            lambda: f"({l()}|sort{self.pick('', '(true)', '(case_sensitive=true)')})",
            lambda: f"({l()}|unique|list)",
            lambda: f"({l()}|reverse|list)",
            lambda: f"({l()}|map('{self.pick('string', 'upper', 'length', 'int', 'abs', 'first', 'list', 'tojson', 'default')}')|list)",
            lambda: f"({l()}|{self.pick('select', 'reject')}|list)",
            lambda: f"({l()}|{self.pick('select', 'reject')}('{self.pick('odd', 'string', 'number', 'defined', 'none', 'iterable', 'mapping')}')|list)",
            lambda: f"({l()}|{self.pick('select', 'reject')}('{self.pick('gt', 'le', 'eq', 'ne', 'in')}', {self.any(0)})|list)",
            lambda: f"({l()}|{self.pick('batch', 'slice')}({self.pick('2', '3')}{self.pick('', ', 0')})|list)",
            lambda: f"({l()}[{self.slice()}])",
            lambda: f"({l()} + {l()})",
            lambda: f"(users|{self.pick('selectattr', 'rejectattr')}('{self.pick('admin', 'tags', 'age', 'zz')}')|map(attribute='name')|list)",
            lambda: f"(users|map(attribute='{self.pick('name', 'age', 'tags', 'tags.0')}'{self.pick('', ', default=0')})|list)",
            lambda: f"({self.dict(d-1)}|dictsort{self.pick('', '(true)', '(by=¤value¤)', '(reverse=true)')})",
            lambda: f"({self.dict(d-1)}|list)",
            lambda: f"({self.dict(d-1)}.{self.pick('keys', 'values', 'items')}()|list)",
            lambda: f"({self.string(d-1)}.split({self.pick('', '¤,¤', '¤-¤', '¤ ¤, 1')}))",
            lambda: f"({self.string(d-1)}|list)",
            lambda: f"range({self.pick('', '1, ', '-2, ')}{self.pick('3', '5', 'n')}{self.pick('', '')})|list",
        ][k]()

    def dict(self, d):
        if d <= 0 or self.r.random() < 0.4:
            return self.wild(d) or self.r.choice(DICTS)
        return self.pick(
            lambda: f"{{'a': {self.any(d-1)}, 'B': {self.any(d-1)}}}",
            lambda: f"{{{self.any(0)}: {self.any(d-1)}}}",
            lambda: f"dict({self.dict(d-1)}, z={self.any(d-1)})",
            lambda: f"dict(a={self.any(d-1)})",
        )()

    def boolean(self, d):
        if d <= 0 or self.r.random() < 0.15:
            return self.wild(d) or self.r.choice(BOOLS)
        k = self.r.randrange(8)
        return [
            lambda: f"({self.number(d-1)} {self.pick('==', '!=', '<', '<=', '>', '>=')} {self.number(d-1)})",
            lambda: f"({self.string(d-1)} {self.pick('==', '!=', '<', '>', 'in', 'not in')} {self.string(d-1)})",
            lambda: f"({self.any(d-1)} {self.pick('==', '!=', '<')} {self.any(d-1)})",
            lambda: f"({self.any(d-1)} {self.pick('in', 'not in')} {self.list(d-1)})",
            lambda: f"({self.boolean(d-1)} {self.pick('and', 'or')} {self.boolean(d-1)})",
            lambda: f"(not {self.boolean(d-1)})",
            lambda: f"({self.any(d-1)} is {self.pick('', 'not ')}{self.r.choice(TESTS)})",
            lambda: f"({self.number(d-1)} < {self.number(d-1)} <= {self.number(d-1)})",
        ][k]()

    def any(self, d):
        k = self.r.randrange(14)
        if k < 3:
            return self.number(d)
        if k < 7:
            return self.string(d)
        if k < 9:
            return self.list(d)
        if k == 9:
            return self.dict(d)
        if k == 10:
            return self.boolean(d)
        if k == 11:
            return f"({self.any(d-1)} if {self.boolean(d-1)} else {self.any(d-1)})" if d > 0 else "none"
        if k == 12:
            return f"({self.any(d-1)}|default({self.any(0)}{self.pick('', ', true')}))" if d > 0 else "s"
        return self.r.choice(ANY)

    def body(self, d):
        return "".join(self.piece(d) for _ in range(self.r.randrange(1, 3)))

    def piece(self, d):
        k = self.r.randrange(16 if d > 0 else 4)
        ws = lambda: self.pick("", "", "", "-")
        if k < 3:
            return f"{{{{{ws()} {self.any(2)} {ws()}}}}}"
        if k == 3:
            return self.pick("text ", " \n ", "a{b", "x\n\n", "")
        if k < 6:
            return f"{{%{ws()} if {self.boolean(2)} {ws()}%}}{self.body(d-1)}{{% else {ws()}%}}{self.body(d-1)}{{%{ws()} endif %}}"
        if k < 9:
            cond = self.pick("", "", f" if {self.pick('x', 'x is defined', 'x != 1', 'loop is undefined')}")
            inner = self.pick("{{ x }},", "{{ loop.index }}{{ x }};", "{{ loop.last }} ", "{% if loop.first %}{{ x }}{% endif %}", "{% set n = x %}{{ n }}")
            return f"{{% for x in {self.list(2)}{cond} {ws()}%}}{inner}{self.body(d-1) if self.r.random() < 0.4 else ''}{{%{ws()} else %}}none{{% endfor %}}"
        if k == 9:
            return f"{{% set v = {self.any(2)} %}}{{{{ v }}}}"
        if k == 10:
            return f"{{% set v %}}{self.body(d-1)}{{% endset %}}[{{{{ v|{self.pick('upper', 'trim', 'length', 'title')} }}}}]"
        if k == 11:
            return f"{{% macro m(a, b={self.any(1)}) %}}{{{{ a }}}}/{{{{ b }}}}{self.pick('', '{{ varargs }}', '{{ kwargs }}')}{{% endmacro %}}{{{{ m({self.any(1)}{self.pick('', ', ' + self.any(0), ', b=2', ', c=3')}) }}}}"
        if k == 12:
            return f"{{% with v = {self.any(1)}, n = {self.any(1)} %}}{{{{ v }}}}{self.body(d-1)}{{% endwith %}}"
        if k == 13:
            return f"{{% filter {self.pick('upper', 'trim', 'title', 'replace(¤a¤, ¤b¤)', 'indent', 'wordcount')} %}}{self.body(d-1)}{{% endfilter %}}"
        if k == 14:
            return f"{{% for k, v in {self.dict(1)}.items() %}}{{{{ k }}}}={{{{ v }}}} {{% endfor %}}"
        return f"{{% macro w() %}}<{{{{ caller({self.any(1)}) }}}}>{{% endmacro %}}{{% call(q) w() %}}{{{{ q }}}}{{% endcall %}}"


def templates(count, seed=20250101):
    made = []
    maker = Maker(seed)
    while len(made) < count:
        text = f"{{{{ {maker.any(3)} }}}}" if maker.r.random() < 0.6 else maker.body(2)
        if len(text) <= 240 and text not in made:
            made.append(text)
    return made
