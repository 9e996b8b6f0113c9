package main

import (
	"strings"

	"charm.land/lipgloss/v2"
	"rsc.io/qr"
)

// quietZone is the light border that a QR code needs around it, in modules.
const quietZone = 4

// qrCode draws a QR code with two modules in each character, light ones drawn: terminals are dark. It is "" if the text is too long.
func qrCode(text string) string {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		return ""
	}
	halves := map[[2]bool]rune{{true, true}: '█', {true, false}: '▀', {false, true}: '▄', {false, false}: ' '}
	style := lipgloss.NewStyle().Foreground(lipgloss.Color("#ffffff")).Background(lipgloss.Color("#000000"))
	var lines []string
	for y := -quietZone; y < code.Size+quietZone; y += 2 {
		var line strings.Builder
		for x := -quietZone; x < code.Size+quietZone; x++ {
			below := y+1 < code.Size+quietZone // an odd last row has nothing below it
			line.WriteRune(halves[[2]bool{!code.Black(x, y), below && !code.Black(x, y+1)}])
		}
		lines = append(lines, style.Render(line.String()))
	}
	return strings.Join(lines, "\n")
}
