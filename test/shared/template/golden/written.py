"""Templates written by hand; what jinja2 makes of them is in the golden file."""

EXPRESSIONS = r"""
1
1.0
-1
1_000
0x1f
0b101
0o17
1e3
1.5e-7
1e16
1e15
123456789.123
0.1 + 0.2
1/3
2/1
7 // 2
-7 // 2
7 % 3
-7 % 3
7 % -3
7.5 // 2
-7.5 // 2
7.5 % -2
2 ** 10
2 ** -1
2 ** 0.5
2 ** 3 ** 2
-2 ** 2
10 ** 20
big * big
big / 7
n / zero
n // zero
n % zero
1.0 / zero
0 ** -1
true + true
true + 1.5
none + 1
"a" + 1
"a" ~ 1 ~ 2.0 ~ none ~ true
"a" + "b"
"ab" * 3
3 * "ab"
"ab" * -1
"ab" * 1.5
[1] * 3
[1] + [2]
[1] + (2,)
(1,) + (2, 3)
()
(1,)
(1, 2)
1, 2
[]
{}
[1, 2.0, "x", none, true]
{"a": 1, 2: "b", none: 3.5, true: []}
{1: "a", 1.0: "b", true: "c"}
{"a": {"b": {"c": [1, (2, 3)]}}}
"it's"
'say "hi"'
'both \' and "'
["it's", 'say "hi"', "tab\t", "nl\n", "\\", "é", "\x00", "\u200b", "😀"]
"\x41\u00e9\101\d"
"a" "b" 'c'
"line\
continued"
none
None
True
False
true and false
true or false
not true
not not n
0 or "x"
"" or [] or {} or "last"
1 and 2 and 3
1 and 0 and 3
n == 7
n != 7
n == 7.0
1 == true
"1" == 1
none == false
[1, 2] == [1, 2.0]
[1] == (1,)
{"a": 1} == {"a": 1.0}
1 < 2 < 3
1 < 3 < 2
3 > 2 >= 2 == 2
1 < 2 in [2]
"a" < "b"
"a" < "B"
[1, 2] < [1, 3]
(1, "a") < (1, "b")
1 < "a"
none < 1
{} < {}
2 in xs
5 in xs
5 not in xs
"ell" in s
1 in s
"a" in d
"z" in d
none in mix
1 in 1
1 is defined
nope is defined
nope is undefined
d.nope is defined
d.nope.x is defined
nope
nope.x
d.nope
d["nope"]
d.nope.deeper
xs[10]
xs[-1]
xs["0"]
xs.0
xs.5
nested[0][1]
nested.0.1
s[0]
s[-1]
s[100]
s[0:5]
s[6:]
s[:5]
s[::-1]
s[::2]
s[-5:-1]
s[10:2]
xs[1:]
xs[::-1]
xs[::0]
xs[:100]
xs["a":]
(1, 2, 3)[1:]
range(10)[2:8:3]
range(5)
range(5)[-1]
range(2, 10, 3)|list
range(10, 0, -3)|list
range(0)
range(3) == range(0, 3)
range(3)|length
range(1.5)
range(0, 5, 0)
5 in range(10)
10 in range(10)
2.0 in range(3)
range(200000)
uni[-1]
uni[7:9]
uni|length
d.a
d["a"]
d.b.1
d.c.x
d.items()
d.keys()
d.values()
d.keys()|list
d.items()|list
d.get("a")
d.get("z")
d.get("z", "dflt")
d.get("z", nope)|default("u")
env.items
env["items"]
env.STAGE
d.a.b
5.real
"abc".upper()
"abc"["upper"]()
"abc".nope
"abc".nope()
"abc".upper
s.lower()
s.title()
"hello world's end".title()
"hELLO".capitalize()
"Hello".swapcase()
"a,b,c".split(",")
"a,b,c".split(",", 1)
" a  b ".split()
" a  b c ".split(none, 1)
"a,b,c".rsplit(",", 1)
" a  b c ".rsplit(maxsplit=1)
"".split()
"".split(",")
"abc".split("")
"a\nb\r\nc".splitlines()
"a\nb\n".splitlines(true)
"-".join(["a", "b"])
"-".join([1])
"-".join("abc")
"  x ".strip()
"xxaxx".strip("x")
"xxaxx".lstrip("x")
"xxaxx".rstrip("x")
"abc".replace("b", "X")
"aaa".replace("a", "b", 2)
"abc".replace("", "-")
"abc".replace("", "-", 2)
"abc".find("c")
"abc".find("z")
"abcabc".find("b", 2)
"abcabc".rfind("b")
"abc".index("z")
"abcabc".index("c", 3)
"banana".count("an")
"banana".count("")
"abc".startswith("ab")
"abc".startswith(("x", "a"))
"abc".startswith("b", 1)
"abc".endswith("bc")
"abc".center(9, "*")
"abc".center(8)
"abcd".center(9)
"abc".ljust(6) ~ "|"
"abc".rjust(6, ".")
"42".zfill(5)
"-42".zfill(5)
"+4".zfill(2)
"a-b-c".partition("-")
"a-b-c".rpartition("-")
"abc".partition("x")
"abc".rpartition("x")
"prefix_x".removeprefix("prefix_")
"x.csv".removesuffix(".csv")
"a\tb".expandtabs()
"a\tb".expandtabs(4)
"abc".isalpha()
"ab1".isalnum()
"123".isdigit()
"12.3".isdigit()
"½".isnumeric()
"abc".islower()
"ABC1".isupper()
"123".isupper()
"Hello World".istitle()
"  ".isspace()
"".isspace()
"abc".isidentifier()
"a b".isidentifier()
"abc".isascii()
"é".isascii()
"a\n".isprintable()
"ß".upper()
"ß".casefold()
"{} and {}".format(1, "x")
"{0} {1} {0}".format("a", "b")
"{a} {b}".format(a=1, b=2)
"{0.a}".format(d)
"{0[a]} {0[b][1]}".format(d)
"{x[c][x]}".format(x=d)
"{:>8}|{:<8}|{:^8}|".format("a", "b", "c")
"{:*^9}".format("mid")
"{:05d}".format(42)
"{:+d} {: d}".format(5, 5)
"{:,}".format(1234567)
"{:_}".format(1234567)
"{:x} {:X} {:o} {:b} {:#x}".format(255, 255, 8, 5, 255)
"{:.2f}".format(pi)
"{:10.3f}|".format(pi)
"{:e}".format(12345.678)
"{:g}".format(0.00001234)
"{:g}".format(1234567.0)
"{:.3}".format("abcdef")
"{:.3}".format(pi)
"{:.1%}".format(0.256)
"{!r} {!s}".format("a", "b")
"{!r:>10}".format("a")
"{:{w}}".format("x", w=5) ~ "|"
"{{}} {}".format(1)
"{".format()
"}".format()
"{}".format()
"{0} {}".format(1, 2)
"{:d}".format("x")
"{:s}".format(1)
"{}".format(none)
"{:>6}".format(none)
"{}".format([1, "a"])
"{:,.2f}".format(1234567.891)
"{:010,}".format(1234567)
"{:c}".format(65)
"{a}".format_map({"a": 9})
"%s and %s" % (1, "x")
"%s" % "x"
"%s" % [1, "a"]
"%d items" % 5
"%d" % 5.9
"%d" % "x"
"%5d|%-5d|%05d" % (42, 42, 42)
"%+d % d" % (5, 5)
"%.2f" % pi
"%8.3f|" % pi
"%e" % 12345.678
"%g" % 1e10
"%g" % 0.0001
"%x %X %o %#x" % (255, 255, 8, 255)
"%r" % "a"
"%(a)s-%(b)s" % d
"%(zz)s" % d
"%%" % ()
"100%" % ()
"%s" % (1, 2)
"%s %s" % "x"
"%c%c" % ("a", 66)
"%*d" % (6, 42)
"%.3s" % "abcdef"
"%5.1f%%" % 12.345
"%s" % none
"%i" % true
0.5|round
1.5|round
2.5|round
2.675|round(2)
1234.5678|round(-2)
42|round
42.7|round(method="floor")
42.2|round(0, "ceil")
42.123|round(2, "floor")
-1.5|round
1234|round(-2)
"x"|round
1|round(method="bad")
-5|abs
-5.5|abs
"x"|abs
"42"|int
"42.9"|int
"abc"|int
"abc"|int(-1)
"0x1f"|int(base=16)
"1f"|int(0, 16)
"101"|int(0, 2)
" 42 "|int
"1_000"|int
42.9|int
-42.9|int
none|int
none|int(5)
[]|int(3)
true|int
"1e3"|int
"inf"|int
"3.14"|float
"abc"|float
"abc"|float(1.5)
none|float
5|float
"1e3"|float
"inf"|float
"nan"|float
-1e400
true|float
xs|sum
xs|sum(start=10)
floats|sum
[]|sum
["a"]|sum
users|sum(attribute="age")
[[1], [2]]|sum(start=[])
xs|min
xs|max
[]|min
[]|max|default("none")
words|min
words|max
words|max(case_sensitive=true)
users|max(attribute="age")
users|min(attribute="name")|tojson
xs|first
xs|last
[]|first
[]|last
[]|first|default("x")
d|first
d|last
""|first
s|first
s|last
range(3)|last
5|first
xs|length
s|count
d|length
5|length
none|length
xs|sort
xs|sort(reverse=true)
xs|sort(true)
words|sort
words|sort(case_sensitive=true)
users|sort(attribute="age")|map(attribute="name")|list
users|sort(attribute="age,name", reverse=true)|map(attribute="name")|list
mix|sort
nested|sort
"hello"|sort
d|sort
words|unique|list
words|unique(case_sensitive=true)|list
users|unique(attribute="age")|map(attribute="name")|join(",")
[1, 1.0, true, "1"]|unique|list
[[1]]|unique|list
xs|reverse|list
s|reverse
d|reverse|list
5|reverse
xs|join
xs|join(", ")
mix|join("|")
users|join(", ", attribute="name")
users|map(attribute="name")|join("/")
users|map(attribute="nope", default="?")|join
users|map(attribute="nope")|join
users|map(attribute="tags.0", default="-")|join(" ")
words|map("upper")|list
words|map("truncate", 5)|list
xs|map("string")|join("-")
words|map("replace", "p", "P")|list
xs|map|list
xs|map("nope")|list
words|map("upper", bad=1)|list
xs|select|list
xs|select("odd")|list
xs|reject("odd")|list
xs|select("gt", 1)|list
xs|select("greaterthan", 2)|list
mix|select|list
mix|reject|list
mix|select("string")|list
mix|select("none")|list
xs|select("divisibleby", 3)|list
xs|select("in", [1, 2])|list
xs|select("nope")|list
users|selectattr("admin")|map(attribute="name")|list
users|rejectattr("admin")|map(attribute="name")|list
users|selectattr("age", "eq", 31)|map(attribute="name")|list
users|selectattr("name", "equalto", "bob")|list
users|selectattr("nope")|list
users|selectattr("nope", "defined")|list
users|selectattr("tags", "ne", [])|map(attribute="name")|list
users|groupby("age")
users|groupby("age")|map("first")|list
users|groupby("age")|map(attribute="grouper")|list
users|groupby("age")|map(attribute="list")|map("length")|list
words|groupby(0)
users|groupby("nope", default="none")|list|length
users|groupby("nope")
d|dictsort
{"b": 1, "A": 2, "c": 0}|dictsort
{"b": 1, "A": 2, "c": 0}|dictsort(true)
{"b": 1, "A": 2, "c": 0}|dictsort(by="value")
{"b": 1, "A": 2, "c": 0}|dictsort(false, "key", true)
{"b": 1}|dictsort(by="x")
xs|dictsort
d|items|list
nope|items|list
xs|items|list
[1, 2, 3, 4, 5]|batch(2)|list
[1, 2, 3, 4, 5]|batch(2, "-")|list
[1, 2, 3, 4, 5]|slice(2)|list
[1, 2, 3, 4, 5]|slice(3, "-")|list
[1, 2]|slice(0)|list
s|list
d|list
5|list
"abc"|attr("upper")
d|attr("a")
d|attr("a") is defined
"abc"|attr("upper") is callable
s|upper
s|lower
s|title
"foo-bar baz (qux) [x] <y>"|title
s|capitalize
5|upper
none|upper
spaces|trim
"xxhixx"|trim("x")
"  hi "|trim(none)
s|center(20) ~ "|"
"ab"|center(5) ~ "|"
s|replace("o", "0")
s|replace("o", "0", 1)
123|replace(2, "x")
s|truncate(8)
s|truncate(8, true)
long|truncate(20)
long|truncate(20, true)
long|truncate(20, true, "…")
long|truncate(20, false, "..", 0)
s|truncate(11)
s|truncate(7, leeway=4)
s|truncate(2)
5|truncate
multi|indent
multi|indent(2, true)
multi|indent(2, blank=true)
multi|indent("> ")
multi|indent("> ", true, true)
""|indent(2, true)
5|indent
s|wordcount
multi|wordcount
uni|wordcount
""|wordcount
long|wordwrap(20)
long|wordwrap(10)
long|wordwrap(5)
long|wordwrap(5, false)
long|wordwrap(30, wrapstring=" // ")
"well-known-word and--dash x-y"|wordwrap(8)
"well-known-word and--dash"|wordwrap(8, break_on_hyphens=false)
multi|wordwrap(6)
"a"|wordwrap(0)
s|string
5|string
none|string
[1]|string
s|format
"%s is %d"|format("x", 5)
"%(a)s"|format(a=1)
"%s"|format(1, a=2)
5|format
html|escape
html|e
html|forceescape
html|e|e
html|e|forceescape
html|safe
html|safe|e
html|e ~ "<"
(html|e) + "<"
"<" + (html|e)
("<"|e) * 2
("<"|e)|upper
("<"|e)|length
"<%s>"|safe % "<b>"
"<%s>"|safe|format("<b>")
("<"|e) == "&lt;"
["<"|e]
"a b"|e|replace("a", "<")
("<a> {}"|safe).format("<b>")
("<i>"|safe).join(["<a>", "<b>"])
("a<b"|e).split("&")
("abc"|e)[1:]
("abc"|e)|first
("abc"|e)|reverse
html|striptags
"<p>Hello&nbsp;<b>World</b> &amp; &#65; &#x42;</p> <!-- c <i> -->x"|striptags
"a < b"|striptags
html|tojson
d|tojson
d|tojson(2)
mix|tojson
(1, 2)|tojson
{"b": 1, "a": 2}|tojson
{1: 2, none: 3, true: 4}|tojson
{"é": "ü😀"}|tojson
1e22|tojson
"a/b\n\t\"'"|tojson
[]|tojson(2)
{}|tojson(2)
nope|tojson
range(3)|tojson
s|urlencode
"a/b c?d=é&x"|urlencode
{"a b": "c&d", "e": 1}|urlencode
[["a", 1], ["b", "x y"]]|urlencode
5|urlencode
none|urlencode
"see http://example.com/a?b=c. and (www.example.org)!"|urlize
"mail me@example.com or mailto:you@example.com"|urlize
"https://example.com/very/long/path/that/goes/on"|urlize(20)
"http://example.com"|urlize(nofollow=true, target="_blank")
"http://example.com"|urlize(rel="external")
"example.com example.xyz ftp://x.y"|urlize
"ftp://x.y"|urlize(extra_schemes=["ftp:"])
"<http://a.com> x@y http://10.0.0.1:80/"|urlize
{"class": "x", "id": none, "v": 1, "q": "<\">"}|xmlattr
{"class": "x"}|xmlattr(false)
{}|xmlattr
{"a b": 1}|xmlattr
xs|xmlattr
0|filesizeformat
1|filesizeformat
999|filesizeformat
1000|filesizeformat
1500000|filesizeformat
1024|filesizeformat(true)
123456789|filesizeformat(true)
"5000"|filesizeformat
1e30|filesizeformat
"x"|filesizeformat
d|pprint
users|pprint
long|pprint
[long, long]|pprint
{"k": long}|pprint
s|pprint
multi|pprint
range(100)|list|pprint
{"b": 1, "a": [1, 2, {"z": none}]}|pprint
nope|default
nope|default("x")
nope|d("x")
none|default("x")
none|default("x", true)
""|default("x", boolean=true)
d.nope|default("x")
d.nope.more|default("x")
nope|default(nope)
1 is odd
2 is even
"a" is odd
9 is divisibleby 3
9 is divisibleby(2)
9 is not divisibleby 2
9 is divisibleby 0
1 is number
1.5 is number
true is number
"1" is number
1 is integer
true is integer
1.0 is float
1 is float
"s" is string
d is mapping
xs is mapping
xs is sequence
s is sequence
d is sequence
5 is sequence
range(3) is sequence
xs is iterable
5 is iterable
none is none
0 is none
true is true
1 is true
false is false
true is boolean
1 is boolean
"abc" is lower
"ABC" is upper
"aB" is lower
5 is lower
1 is sameas 1
none is sameas none
xs is sameas xs
[1] is sameas [1]
"x" is escaped
"x"|e is escaped
1 is in [1, 2]
1 is not in [1, 2]
1 is in 5
1 is eq 1
1 is ne 2
1 is lt 2
1 is ge 1
1 is lessthan("a")
"upper" is filter
"nope" is filter
"odd" is test
"nope" is test
range is callable
5 is callable
nope is none
nope is string
nope is callable
1 is nope
1|nope
(1|nope) if false else 2
1 if true else nope
"yes" if n > 5 else "no"
"yes" if false
("yes" if false) is defined
"a" if false else "b" if false else "c"
1 if 0 else 2 if 1 else 3
dict(a=1, b=2)
dict([("a", 1), ("b", 2)])
dict(d, z=1)
dict(1)
dict(d).a
namespace(a=1).a
namespace(a=1).b
cycler("a", "b").next()
cycler()
lipsum is callable
range(1, 2, 3, 4)
f(1)
5()
"x"()
xs.append
xs.count(3)
xs.index(2)
xs.index(9)
(1, 2, 1).count(1)
[3, 1].copy()
{"a": 1}.copy()
xs.nope
n.bit_length()
f.is_integer()
[1, [2, [3, [4]]]]
("a", ["b", {"c": ("d",)}])
"%s" % ("a", )
[] == []
[nope]|length
[1, 2][true]
d[xs]
d[none]
{xs: 1}
{(1, 2): "t"}[(1, 2)]
"abc"[1.0]
"a" in none
"é" < "z"
"😀" > "\uffff"
-0.0
0.0 == -0.0
1e308 * 10
-1e308 * 10
1e308 * 10 - 1e308 * 10
float
1 < 1.5
9007199254740993 == 9007199254740992.0
9007199254740993 < 9007199254740992.0
100000000000000000000 / 3
5 // 0.3
-5 % 0.3
1 // -1e-320
2 ** 200
2.0 ** 2000
(-8) ** 2
1 ~ -1
+"a"
-none
-true
+true
not nope
nope and 1
1 or nope
nope == 1
1 in [nope]
"%s" % nope
"a" ~ nope
nope + 1
nope()
xs[nope]
{"a": nope}.a is defined
loop
self
super
caller
varargs
""".strip("\n").split("\n")
# A backslash at the end of a line joins it with the next.
EXPRESSIONS = "\n".join(EXPRESSIONS).replace("\\\n", "\\\0").split("\n")
EXPRESSIONS = [e.replace("\0", "\n") for e in EXPRESSIONS]

TEMPLATES = [
    "", "plain", "plain\n", "plain\n\n", "a\r\nb\rc\n", "{", "}", "{ {", "}}", "%}", "#}", "{{", "{%", "{#", "{{ }}", "{% %}", "{{ 1", "{{ 1 %}", "{% if 1 }}",
    "{# comment #}", "a{# c #}b", "a {#- c -#} b", "{# a {{ b }} {% c %} #}x", "{# unclosed", "{{ '}}' }}", "{{ '{{' }}", "{{ \"%}\" }}", "{{ {'a': {'b': 1}} }}", "{{ {'a':{}}}}",
    "a {{- 1 -}} b", "a\n  {{- 1 }}\n  b", "a {%- if true -%} b {%- endif -%} c", "a\n{% if true %}\nb\n{% endif %}\nc", "  {%+ if true %} x {% endif +%} y", "{{- ' x ' -}}", "a {{+ 1 }} b", "{{ 1 +}}",
    "{% raw %}{{ x }} {% y %}{% endraw %}", "a {%- raw -%} {{ x }} {%- endraw -%} b", "{% raw %}unclosed", "{% raw %}a{% endraw %}{% raw %}b{% endraw %}", "{%raw%}x{%endraw%}", "{% raw -%}  x  {%- endraw %}",
    "{% if n > 5 %}big{% endif %}", "{% if n > 9 %}a{% elif n > 6 %}b{% else %}c{% endif %}", "{% if false %}a{% elif false %}b{% else %}c{% endif %}", "{% if nope %}{% endif %}", "{% if nope is defined %}a{% else %}b{% endif %}", "{% if true: %}x{% endif %}", "{% if 1 %}", "{% endif %}", "{% if 1 %}{% endfor %}", "{% if 1 %}{% else %}{% else %}{% endif %}", "{% if %}x{% endif %}",
    "{% if false %}{{ 1|nope }}{% endif %}ok", "{% if true %}{{ 1|nope }}{% endif %}", "{% for x in [] %}{{ x|nope }}{% endfor %}ok", "{% if false %}{% for x in [] %}{{ x|nope }}{% endfor %}{% endif %}ok", "{% macro m() %}{{ 1|nope }}{% endmacro %}ok", "{{ 1 if true else 2|nope }}", "{{ 1 is nope }}",
    "{% for x in xs %}{{ x }},{% endfor %}", "{% for x in [] %}a{% else %}empty{% endfor %}", "{% for x in xs %}a{% else %}empty{% endfor %}", "{% for k, v in d.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k in d %}{{ k }}{% endfor %}", "{% for c in 'abc' %}{{ loop.index }}{{ c }}{% endfor %}", "{% for c in uni %}{{ c }}|{% endfor %}",
    "{% for x in xs %}{{ loop.index }}/{{ loop.length }} {{ loop.index0 }} {{ loop.revindex }} {{ loop.revindex0 }} {{ loop.first }} {{ loop.last }}\n{% endfor %}", "{% for x in xs %}{{ loop.previtem|default('-') }}<{{ x }}>{{ loop.nextitem|default('-') }} {% endfor %}", "{% for x in xs %}{{ loop.previtem }}{% endfor %}", "{% for x in xs %}{{ loop.cycle('a', 'b') }}{% endfor %}", "{% for x in xs %}{{ loop.cycle() }}{% endfor %}", "{% for x in [1, 1, 2, 2, 1] %}{{ loop.changed(x) }} {% endfor %}", "{% for x in [1, 1, 2] %}{% if loop.changed(x, 1) %}{{ x }}{% endif %}{% endfor %}", "{% for x in xs if x > 1 %}{{ loop.index }}:{{ x }}/{{ loop.length }} {% endfor %}", "{% for x in xs if x > 9 %}a{% else %}none{% endfor %}", "{% for x in xs|select('odd') %}{{ loop.last }}{{ x }}{% endfor %}", "{% for x in range(3) %}{{ loop.length }}{% endfor %}", "{% for x in xs %}{{ loop }}{% endfor %}", "{% for x in xs %}{% for y in xs %}{{ loop.index }}{% endfor %}{{ loop.index }} {% endfor %}", "{% for x in xs %}{% set outer = loop %}{% for y in 'ab' %}{{ outer.index }}{{ y }}{% endfor %}{% endfor %}", "{% for x in xs %}{{ loop.depth }}{{ loop.depth0 }}{% endfor %}", "{% for x in xs %}{{ loop.nope }}{% endfor %}",
    "{% for n in tree recursive %}{{ n.v }}{% if n.kids %}({{ loop(n.kids) }}){% endif %}{% endfor %}", "{% for n in tree recursive %}{{ loop.depth }}:{{ n.v }} {{ loop(n.kids) }}{% endfor %}", "{% for n in tree %}{{ loop(n.kids) }}{% endfor %}", "{% for n in tree recursive %}[{{ n.v }}{{ loop(n.kids) }}]{% else %}-{% endfor %}",
    "{% for a, b in [[1, 2], [3, 4]] %}{{ a }}{{ b }} {% endfor %}", "{% for a, (b, c) in [[1, [2, 3]]] %}{{ a }}{{ b }}{{ c }}{% endfor %}", "{% for a, b in [[1]] %}{% endfor %}", "{% for a, b in [1] %}{% endfor %}", "{% for (a, b) in [[1, 2]] %}{{ a }}{% endfor %}", "{% for x in 5 %}{% endfor %}", "{% for x in none %}{% endfor %}", "{% for x in nope %}{% endfor %}", "{% for x in 1, 2, 3 %}{{ x }}{% endfor %}", "{% for x in xs if nope %}{% endfor %}", "{% for loop in xs %}{% endfor %}", "{% for 1 in xs %}{% endfor %}", "{% for x of xs %}{% endfor %}", "{% for x in xs %}", "{% for x in xs %}{% set loop = 1 %}{% endfor %}", "{% for x in xs if x > 1 else 2 %}{% endfor %}", "{% for x in (xs if t else []) %}{{ x }}{% endfor %}", "{% for x in xs %}{% if loop.first %}{% set y = x %}{% endif %}{{ y is defined }}{% endfor %}", "{% for x in xs %}{% endfor %}{{ x is defined }}", "{% for x in xs %}{% set n = x %}{% endfor %}{{ n }}", "{% for n in xs %}{{ n }}{% endfor %}{{ n }}", "{% for xs in xs %}{{ xs }}{% endfor %}", "{% for x in xs %}{% break %}{% endfor %}", "{% for x in d.items() %}{{ x }}{% endfor %}", "{% for x in xs|batch(2) %}{{ x }}{% endfor %}", "{% for g in users|groupby('age') %}{{ g.grouper }}:{{ g.list|length }} {{ g[0] }} {% endfor %}", "{% for age, list in users|groupby('age') %}{{ age }}:{{ list|map(attribute='name')|join(',') }};{% endfor %}",
    "{% set x = 5 %}{{ x }}", "{% set x, y = 1, 2 %}{{ x }}{{ y }}", "{% set x = 1, 2 %}{{ x }}", "{% set (x, y) = (1, 2) %}{{ x + y }}", "{% set x %}block {{ n }}{% endset %}[{{ x }}]", "{% set x | upper %}abc{% endset %}{{ x }}", "{% set x | replace('a', 'b') | upper %}abc{% endset %}{{ x }}", "{% set x = y %}{{ x is defined }}", "{% set 5 = x %}", "{% set none = 1 %}", "{% set x.y = 1 %}", "{% set x %}", "{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}", "{% set x = 1 %}{% for i in [1] %}{% set x = 2 %}{{ x }}{% endfor %}{{ x }}", "{% set x = 1 %}{% with %}{% set x = 2 %}{{ x }}{% endwith %}{{ x }}", "{% set n = n + 1 %}{{ n }}", "{% set ns = namespace(t=0) %}{% for i in xs %}{% set ns.t = ns.t + i %}{% endfor %}{{ ns.t }}", "{% set ns = namespace() %}{% set ns.a, ns.b = 1, 2 %}{{ ns.a }}{{ ns.b }}", "{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}{{ ns }}", "{% set d.a = 2 %}", "{% set ns = 5 %}{% set ns.a = 1 %}", "{% set ns = namespace(a=1) %}{{ ns['a'] }}", "{% set x %}a{% set y = 1 %}{% endset %}{{ y is defined }}", "{% set x = 1 %}{% set x = x + 1 %}{% set x = x * 10 %}{{ x }}", "{% set ns.y = 1 %}",
    "{% with a = 1 %}{{ a }}{% endwith %}{{ a is defined }}", "{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}", "{% with n = 1, m = n %}{{ n }}{{ m }}{% endwith %}", "{% with %}{{ n }}{% endwith %}", "{% with a = 1 %}", "{% with a %}{% endwith %}",
    "{% macro m() %}x{% endmacro %}{{ m() }}", "{% macro m(a) %}[{{ a }}]{% endmacro %}{{ m(1) }}{{ m('b') }}", "{% macro m(a, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 3) }}{{ m(b=4, a=5) }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}", "{% macro m(a) %}{{ a is defined }}{% endmacro %}{{ m() }}", "{% macro m(a) %}{% endmacro %}{{ m(1, 2) }}", "{% macro m(a) %}{% endmacro %}{{ m(b=1) }}", "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, a=3) }}", "{% macro m(a) %}{{ varargs }}{% endmacro %}{{ m(1, 2, 3) }}", "{% macro m(a, a) %}{% endmacro %}", "{% macro m(a=1, b) %}{% endmacro %}", "{% macro m(a, b=a) %}{{ b }}{% endmacro %}{{ m(7) }}", "{% macro m(n) %}{{ n }}{% if n > 0 %}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(3) }}", "{{ m(1) }}{% macro m(a) %}{{ a }}{% endmacro %}", "{% macro m() %}{{ n }}{% endmacro %}{% set n = 9 %}{{ m() }}", "{% set z = 1 %}{% macro m() %}{{ z }}{% endmacro %}{% set z = 2 %}{{ m() }}", "{% for i in xs %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}", "{% macro m(a) %}{% endmacro %}{{ m.name }} {{ m.arguments }} {{ m.caller }}", "{% macro m() %} a {% endmacro %}[{{ m()|trim }}]", "{% macro m() %}{% set q = 1 %}{% endmacro %}{{ m() }}{{ q is defined }}", "{% macro m(x) %}{{ x }}{% endmacro %}{{ [1, 2]|map('string')|join }}{{ m(x=[1]) }}", "{% macro m() %}<{{ caller() }}>{% endmacro %}{% call m() %}body{% endcall %}", "{% macro m() %}{% for i in xs %}{{ caller(i) }}{% endfor %}{% endmacro %}{% call(i) m() %}[{{ i }}]{% endcall %}", "{% macro m() %}x{% endmacro %}{% call m() %}body{% endcall %}", "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}", "{% macro m(caller=none) %}{{ caller }}{% endmacro %}{{ m() }}", "{% macro m(caller) %}{{ caller }}{% endmacro %}{{ m(1) }}", "{% macro m() %}{{ caller(1, b=2) }}{% endmacro %}{% call(a, b=5) m() %}{{ a }}{{ b }}{% endcall %}", "{% call n %}{% endcall %}", "{% call nope() %}{% endcall %}", "{% macro outer() %}{% macro inner() %}i{% endmacro %}{{ inner() }}{% endmacro %}{{ outer() }}", "{% macro m() %}{% macro k() %}{{ caller() }}{% endmacro %}{% call k() %}{{ caller() }}!{% endcall %}{% endmacro %}{% call m() %}deep{% endcall %}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(*[1]) }}{{ m(**{'a': 2}) }}", "{% macro m(**k) %}{% endmacro %}", "{% macro m(a, kwargs) %}{{ kwargs }}{% endmacro %}{{ m(1, 2) }}", "{% macro %}{% endmacro %}", "{% macro m %}{% endmacro %}", "{% macro m() %}", "{% macro m() %}{{ 1 }}{% endmacro %}{{ m()|int + 1 }}", "{{ f(1, 2, a=3, *xs) }}", "{{ dict(a=1, a=2) }}", "{{ dict(a=1, 2) }}", "{{ dict(**{'a': 1}, b=2) }}", "{{ range(*[1, 3])|list }}", "{{ dict(**{'a': 1}) }}", "{{ 'x'.format(*[]) }}", "{{ '{} {}'.format(*xs) }}",
    "{% filter upper %}abc {{ s }}{% endfilter %}", "{% filter replace('a', 'b')|upper %}aaa{% endfilter %}", "{% filter nope %}{% endfilter %}", "{% filter indent(2) %}a\nb{% endfilter %}", "{% filter upper %}", "{% filter trim %}  x  {% endfilter %}|",
    "{% set l = [] %}{% do l.append(1) %}{% do l.append(2) %}{{ l }}", "{% do [].append(1) %}x", "{% do nope %}x", "{% do nope.x %}", "{% set l = [3, 1, 2] %}{% do l.sort() %}{{ l }}{% do l.reverse() %}{{ l }}", "{% set l = [1, 2, 3] %}{{ l.pop() }}{{ l.pop(0) }}{{ l }}", "{% set l = [1] %}{% do l.extend([2, 3]) %}{% do l.insert(0, 0) %}{% do l.remove(2) %}{{ l }}", "{% set m = {} %}{% do m.update({'a': 1}) %}{% do m.update(b=2) %}{{ m }}", "{% set m = {'a': 1} %}{{ m.pop('a') }}{{ m.pop('a', 'x') }}{{ m }}", "{% set m = {} %}{{ m.setdefault('a', []) }}{% do m.a.append(1) %}{{ m }}", "{% set m = {'a': 1} %}{{ m.pop('b') }}", "{% set m = {'a': 1} %}{% for k in m %}{% do m.update({k ~ 'x': 1}) %}{% endfor %}", "{% set l = [1] %}{% do l.append(l) %}{{ l }}", "{% set m = {'a': 1, 'b': 2} %}{% do m.clear() %}{{ m }}", "{{ {'a': 1}.popitem() }}", "{{ {}.fromkeys(['a', 'b'], 0) }}", "{% set l = [1, 2] %}{{ l.clear() }}{{ l }}", "{% set l = ['b', 'A'] %}{% do l.sort(reverse=true) %}{{ l }}", "{% set k = d.keys() %}{% set e = dict(d) %}{{ k }}{{ 'a' in k }}{{ k|length }}", "{% do xs.append(9) %}{{ xs }}",
    "{% include 'x' %}", "{% import 'x' as y %}", "{% from 'x' import y %}", "{% extends 'x' %}", "{% nope %}", "{% else %}", "{% trans %}x{% endtrans %}", "{% 5 %}", "{% set %}", "{{ 1 2 }}", "{{ a b }}", "{{ (1 }}", "{{ 1) }}", "{{ [1 }}", "{{ ] }}", "{{ 'abc }}", "{{ \"abc' }}", "{{ 1 + }}", "{{ + }}", "{{ a. }}", "{{ a.. }}", "{{ a[ }}", "{{ a[] }}", "{{ a|  }}", "{{ a| 5 }}", "{{ a is }}", "{{ a is not }}", "{{ is a }}", "{{ ! }}", "{{ @ }}", "{{ $x }}", "{{ a ? b : c }}", "{{ a && b }}", "{{ a || b }}", "{{ 1 == }}", "{{ == 1 }}", "{{ not }}", "{{ if }}", "{{ 1 if }}", "{{ 1 if 1 else }}", "{{ {1} }}", "{{ {1: } }}", "{{ {'a' 1} }}", "{{ f(a=) }}", "{{ f(=1) }}", "{{ f(, ) }}", "{{ f(1,, 2) }}", "{{ [1,,2] }}", "{{ [1,] }}", "{{ {'a': 1,} }}", "{{ (1,) }}", "{{ 1, }}", "{{ a is defined is defined }}", "{{ 08 }}", "{{ 1__0 }}", "{{ 1.2.3 }}", "{{ 1.a }}", "{{ .5 }}", "{{ 5. }}", "{{ 'a\\", "{{ 'a' 'b' }}", "{{ '\\x4' }}", "{{ '\\N{DASH}' }}", "{{ a;b }}", "{{ x = 1 }}", "{% if x = 1 %}{% endif %}", "{{ none.x }}", "{{ n.x }}", "{{ n[0] }}", "{{ none[0] }}",
    "{% print 1 %}", "{% print 1, 2 %}", "{{ s }}\n{{ n }}\n", "{{ s }}\n\n", "\n{{ s }}", "  {% if true %}  {% endif %}  ", "{{ '\n' }}", "a\n{#- x #}\nb", "{{ xs -}}\n\n {{ n }}", "<{% for x in xs -%} {{ x }} {%- endfor %}>", "{%- for x in xs %}\n  {{ x }}\n{%- endfor %}", "日本語 {{ uni }} ñ", "{{ 'é'|upper }}", "{% set é = 1 %}{{ é }}", "{{ s|upper|lower|title|length }}", "{{ s|upper()|lower() }}", "{{ -n|abs }}", "{{ (-n)|abs }}", "{{ n|string + 'x' }}", "{{ n + n|string|int }}", "{{ xs|length > 2 and 'many' or 'few' }}", "{{ not xs|length > 2 }}", "{{ 'a' in 'abc' and 'b' not in 'xyz' }}", "{{ n is odd and n > 5 }}", "{{ n is odd or nope }}", "{{ n is not odd }}", "{{ not n is odd }}", "{{ n is divisibleby 7 and true }}", "{{ 'x' is in ['x'] }}", "{{ n == 7 if t else 'z' }}", "{{ [n, s, none_value, t]|join(',') }}", "{{ d.b[0] + d['b'][1] }}", "{{ users[0].tags[1] }}", "{{ users.0.name }}", "{{ users[-1]['name'][0] }}", "{{ (users|first).name }}", "{{ users|first.name }}", "{{ xs|join(',')|length }}", "{{ path.split('/')[-1].split('.')[0] }}", "{{ path.rsplit('/', 1)[0] }}", "{{ path[5:] }}", "{{ csv.split(',')|reject('equalto', '')|list }}", "{{ csv.split(',')|select|join('+') }}", "{{ env.STAGE|lower ~ '-' ~ env.REGION.split('-')[0] }}", "python run.py --n {{ n }} --stage {{ env.STAGE }}{% if t %} --verbose{% endif %}", "{% for u in users if u.admin %}{{ u.name }}{% endfor %}", "{% for u in users|sort(attribute='name') %}{{ u.name }}{{ ', ' if not loop.last }}{% endfor %}", "{% for u in users|sort(attribute='name') %}{{ u.name }}{{ ', ' if not loop.last else '' }}{% endfor %}", "{% set c = cycler('a', 'b', 'c') %}{{ c.next() }}{{ c.current }}{{ c.next() }}{{ c.next() }}{{ c.next() }}{% do c.reset() %}{{ c.next() }}", "{% set j = joiner('; ') %}{% for x in xs %}{{ j() }}{{ x }}{% endfor %}", "{% set j = joiner() %}{{ j() }}{{ j() }}{{ j() }}", "{{ [1, 2, 3]|map('pprint')|list }}", "{{ mix|map('string')|map('upper')|join }}", "{{ [3, 1]|sort|first }}", "{{ {'a': 1}|string|length }}", "{{ [[1, 2], [3, 4]]|map('sum')|list }}", "{{ [[1, 2], [3, 4]]|map('join', '-')|list }}", "{{ users|map(attribute='tags')|map('length')|sum }}", "{{ users|map('attr', 'name')|list }}", "{{ words|map('first')|map('upper')|join }}",
]
