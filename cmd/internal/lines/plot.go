package lines

import (
	"fmt"
	"io"
	"math"
	"strings"
)

// The plot, in pixels.
const (
	plotLeft  = 310 // of the panels: names stand before it
	plotPanel = 250
	plotGap   = 40
	plotTop   = 60
	plotRow   = 22
)

// panel is one half of the plot.
type panel struct {
	title    string
	left     int
	from, to float64
	ticks    []float64
	format   string
	value    func(Cell) (reached, target float64)
}

var panels = []panel{
	{"ESTOI", plotLeft, .5, 1, []float64{.5, .6, .7, .8, .9, 1}, "%.1f", func(c Cell) (float64, float64) { return c.Heard.Score.Mean, c.Target.ESTOI }},
	{"wire, kbit/s", plotLeft + plotPanel + plotGap, 0, 100, []float64{0, 20, 40, 60, 80, 100}, "%.0f", func(c Cell) (float64, float64) { return c.Wire, c.Target.Wire }},
}

// Plot draws ESTOI and wire of all cells that have them, beside their targets, as SVG.
func Plot(w io.Writer, all []Measured) error {
	var b strings.Builder
	rows := 0
	for _, m := range all {
		for _, c := range m.Cells {
			if c.Heard == nil {
				continue
			}
			y := plotTop + rows*plotRow
			rows++
			fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s · %s</text>`+"\n", plotLeft-12, y+15, m.Name, c.Who)
			for _, p := range panels {
				p.draw(&b, c, y)
			}
		}
	}
	height := plotTop + rows*plotRow
	var frame strings.Builder
	for _, p := range panels {
		p.frame(&frame, height)
	}
	width := plotLeft + 2*plotPanel + plotGap + 20
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" font-family="sans-serif" font-size="12" fill="#222">
<title>The voice on whole lines: bars are what was reached, red where the target (black stroke) was missed</title>
<rect width="100%%" height="100%%" fill="#fff"/>
%s%s</svg>
`, width, height+30, width, height+30, frame.String(), b.String())
	return err
}

func (p panel) x(value float64) float64 {
	return float64(p.left) + plotPanel*(min(max(value, p.from), p.to)-p.from)/(p.to-p.from)
}

func (p panel) frame(b *strings.Builder, bottom int) {
	fmt.Fprintf(b, `<text x="%d" y="24" font-weight="bold">%s</text>`+"\n", p.left, p.title)
	for _, t := range p.ticks {
		x := p.x(t)
		fmt.Fprintf(b, `<path d="M%.1f %dV%d" stroke="#ddd"/><text x="%.1f" y="%d" text-anchor="middle" fill="#666">`+p.format+"</text>\n", x, plotTop-6, bottom, x, plotTop-12, t)
	}
}

// draw draws a bar, and a stroke where it should end.
func (p panel) draw(b *strings.Builder, c Cell, y int) {
	reached, target := p.value(c)
	if math.IsNaN(reached) { // nothing was heard
		reached = p.from
	}
	colour := "#4a7fb5"
	if target > 0 && (reached < target) == (p.title == colESTOI) && reached != target {
		colour = "#c0504d"
	}
	fmt.Fprintf(b, `<rect x="%d" y="%d" width="%.1f" height="13" fill="%s"/>`+"\n", p.left, y+4, max(p.x(reached)-float64(p.left), 1), colour)
	if target > 0 {
		fmt.Fprintf(b, `<path d="M%.1f %dv19" stroke="#000" stroke-width="2"/>`+"\n", p.x(target), y+1)
	}
}
