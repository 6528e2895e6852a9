"""Two hundred texts that mean something to some program on their way; on paper just signs."""

_SIGNS = [
    # typst
    '#read("../../pyproject.toml")',
    '#eval("1 + 1")',
    '#import "@preview/cetz:0.1.0": *',
    '#include "letter.typ"',
    "#sys.inputs.data",
    "#panic()",
    "#while true {}",
    "#let f(x) = f(x); f(1)",
    "#text(size: 90pt)[loud]",
    "#pagebreak()",
    "$x^2 / 0$",
    "*bold* _slanted_ `raw`",
    "= Heading",
    "- item",
    "<label> @label",
    "// comment",
    "/* comment */",
    "a \\ b",
    "~ --- -- ...",
    "\\u{1F600}",
    # Jinja and other templates
    "{{ 7 * 7 }}",
    "{{ config }}",
    "{{ ''.__class__.__mro__ }}",
    "{% for x in range(9) %}x{% endfor %}",
    "{# gone #}",
    "${7*7}",
    "<%= 7 * 7 %>",
    # format strings and our own placeholders
    "%s %d %n %(name)s",
    "{0} {} {person} {place}",
    "{person.__class__.__init__.__globals__}",
    "$(id) `id`",
    "%E2%98%83",
    # Markdown and HTML
    "**bold** [link](javascript:alert(1))",
    "![picture](https://example.org/p.png)",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp; &#39;",
    "</textarea><h1>x</h1>",
    '" onfocus="alert(1)" x="',
    "]]> <!-- -->",
    "&xxe; <!DOCTYPE x>",
    # header breaks, paths, databases, spreadsheets, PDF
    "Subject: x Bcc: sam@example.org",
    "filename=x; Set-Cookie: a=b",
    "../../etc/passwd",
    "'; DROP TABLE campaign; --",
    "=HYPERLINK(1) +1 -1 @x",
    "(1) Tj ET endstream endobj",
    "\\begin{document} \\input{x}",
    "%!PS <</Type /Action>>",
    "w:t </w:t><w:br/>",
]

PAYLOADS = [
    text
    for sign in _SIGNS
    for text in (sign, f"before {sign} after", f"{sign} {sign}", f"« {sign} »")
]
