package minutes

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var (
	anyTag     = regexp.MustCompile(`<[^>]*>?`)
	allowedTag = regexp.MustCompile(`^</?(h[1-4]|p|ul|ol|li|table|thead|tbody|tr|th|td|strong|bdi)>$|^<br>$`)
)

// checkTags fails if out has a tag that is not allowed, or one that is not closed.
func checkTags(t interface {
	Fatalf(string, ...any)
}, out string,
) {
	var open []string
	for _, tag := range anyTag.FindAllString(out, -1) {
		if !allowedTag.MatchString(tag) {
			t.Fatalf("tag %q in %q", tag, out)
		}
		name := strings.Trim(tag, "</>")
		switch {
		case name == "br":
		case !strings.HasPrefix(tag, "</"):
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("%s closes nothing in %q", tag, out)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		t.Fatalf("%v not closed in %q", open, out)
	}
	if strings.ContainsAny(anyTag.ReplaceAllString(out, ""), "<>\"") {
		t.Fatalf("bare markup in %q", out)
	}
}

func FuzzRenderHTML(f *testing.F) {
	for _, seed := range []string{
		"# BIÊN BẢN\n\nMột **hai** ba\nbốn", "- a\n- b\n1. c\n2. d", "| a | b |\n|---|---|\n| c \\| d | e |", "<script>alert(1)</script>",
		"**<b>", "** ** ** x", "|", "||", "\\", "\\<b\\>", "# ", "#### <h1>", "|-|\n|-|\n|-|", "\u202eabc\u2068d\u2069\u2069", "&lt;script&gt;", "\xff<\xfe",
		"[x](javascript:alert(1))", "1. \n99999. x", "`<img src=x onerror=alert(1)>`", "| <td onclick=x> |",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 40<<10 {
			return
		}
		checkTags(t, RenderHTML(text))
	})
}

// What somebody typed comes out of Markdown as it went in: quote takes all meaning from it.
func TestQuotedIsLiteral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"*", "**", "|", "\\", "#", "# ", "- ", "1. ", "<b>", "&amp;", "`", "_", "a", "Xã Ga Ry", " ", "\n", "\u202e", "\u2068", "\u05d0", "\x00", "~"})
		text := strings.Join(rapid.SliceOf(word).Draw(t, "words"), "")
		out := RenderHTML("- " + quote(text) + "\n\n" + quote(text) + "\n\n| x |\n|---|\n| " + quote(text) + " |\n")
		checkTags(t, out)
		if strings.Contains(out, "strong") || strings.Contains(out, "<h") || strings.Contains(out, "<ol>") {
			t.Fatalf("%q means something: %q", text, out)
		}
		isolates := strings.NewReplacer("<bdi>", "", "</bdi>", "")
		if text := clean(text); text != "" {
			got := isolates.Replace(out)
			for _, want := range []string{"<li>" + html.EscapeString(text) + "</li>", "<p>" + html.EscapeString(text) + "</p>", "<td>" + html.EscapeString(text) + "</td>"} {
				if !strings.Contains(got, want) {
					t.Fatalf("%q became %q, without %q", text, got, want)
				}
			}
		}
	})
}

func TestRenderHTML(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"# Một\n#### Bốn\n##### năm", "<h1>Một</h1>\n<h4>Bốn</h4>\n<p>##### năm</p>\n"},
		{"a\nb\n\nc", "<p>a<br>b</p>\n<p>c</p>\n"},
		{"- a\n- **b** c\n1. d\n12. e", "<ul>\n<li>a</li>\n<li><strong>b</strong> c</li>\n</ul>\n<ol>\n<li>d</li>\n<li>e</li>\n</ol>\n"},
		{"| a | b |\n|:--|---|\n| c\\|d |  |", "<table>\n<thead>\n<tr><th>a</th><th>b</th></tr>\n</thead>\n<tbody>\n<tr><td>c|d</td><td></td></tr>\n</tbody>\n</table>\n"},
		{"a ** b", "<p>a ** b</p>\n"},
		{"<i>x</i> & \"y\"", "<p>&lt;i&gt;x&lt;/i&gt; &amp; &#34;y&#34;</p>\n"},
		{"x\u202ey\u2068z", "<p>xyz</p>\n"},
		{"A \u05d0\u05d1 \u05d2 (08:00)", "<p>A <bdi>\u05d0\u05d1 \u05d2</bdi> (08:00)</p>\n"},
		{"", ""},
	} {
		if got := RenderHTML(c.in); got != c.want {
			t.Errorf("%q:\n got %q\nwant %q", c.in, got, c.want)
		}
	}
}
