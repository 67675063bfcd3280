package look

import "html/template"

// icon returns the drawing called name, or nothing for a name that is not on
// the list. The list is all there is: nothing is loaded.
func icon(name string) template.HTML {
	paths := map[string]string{
		"back":    `<path d="M14.5 5.5L8 12l6.5 6.5"/>`,
		"on":      `<path d="M9.5 5.5L16 12l-6.5 6.5"/>`,
		"wifi":    `<path d="M4 9.5a12 12 0 0 1 16 0M7 13a7.5 7.5 0 0 1 10 0M10 16.4a3 3 0 0 1 4 0"/><path d="M12 19.5v.1"/>`,
		"home":    `<path d="M4 11l8-7 8 7v9h-5.5v-5h-5v5H4z"/>`,
		"me":      `<circle cx="12" cy="8.5" r="3.8"/><path d="M4.8 20c.8-3.8 3.6-5.6 7.2-5.6s6.4 1.8 7.2 5.6"/>`,
		"book":    `<path d="M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11"/>`,
		"days":    `<rect x="4" y="5.5" width="16" height="14.5" rx="2"/><path d="M4 10h16M8.5 3v4M15.5 3v4"/>`,
		"floor":   `<path d="M4 5h16v14H4zM12 5v6M4 13h5M13.5 13H20"/>`,
		"pin":     `<path d="M12 21s-6.5-6-6.5-11a6.5 6.5 0 0 1 13 0c0 5-6.5 11-6.5 11z"/><circle cx="12" cy="10" r="2.2"/>`,
		"may":     `<path d="M4 5.5h16v11h-8.5L7 20v-3.5H4z"/>`,
		"eye":     `<path d="M2.8 12S6.2 6 12 6s9.2 6 9.2 6-3.4 6-9.2 6-9.2-6-9.2-6z"/><circle cx="12" cy="12" r="2.6"/>`,
		"ask":     `<circle cx="12" cy="12" r="9"/><path d="M9.6 9.6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.2 1-1.2 1.9M12 16.6v.1"/>`,
		"done":    `<circle cx="12" cy="12" r="9"/><path d="M8 12.4l2.8 2.7L16 9.6"/>`,
		"octagon": `<path d="M8.3 3.5h7.4l4.8 4.8v7.4l-4.8 4.8H8.3l-4.8-4.8V8.3z"/><path d="M12 7.5v5.5M12 16.2v.1"/>`,
		"watch":   `<path d="M12 4l9 16H3z"/><path d="M12 10v4.5M12 17.2v.1"/>`,
		"pulse":   `<path d="M3 12.5h4l2.5-6 4 12 2.7-6H21"/>`,
		"select":  `<path d="M6 4l12 8-5.5 1.2L10 19z"/>`,
		"zone":    `<path d="M5 8l7-4 7 5-2 10H7z"/>`,
		"wall":    `<path d="M4 18L18 6M4 18l2 2L20 8l-2-2"/>`,
		"lock":    `<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>`,
		"radio":   `<circle cx="12" cy="12" r="2"/><path d="M7.5 16.5a6.4 6.4 0 0 1 0-9M16.5 7.5a6.4 6.4 0 0 1 0 9M4.5 19a10 10 0 0 1 0-14M19.5 5a10 10 0 0 1 0 14"/>`,
		"door":    `<path d="M6 20V4h9v16M4 20h16M12 12v.1"/><path d="M15 6l4 2v12"/>`,
		"measure": `<path d="M3 15L15 3l6 6L9 21zM7 11l2 2M10.5 7.5l2.5 2.5M14 4"/>`,
		"undo":    `<path d="M8 6L4 10l4 4M4 10h10a5 5 0 0 1 0 10h-3"/>`,
		"redo":    `<path d="M16 6l4 4-4 4M20 10H10a5 5 0 0 0 0 10h3"/>`,
		"walk":    `<circle cx="13" cy="4.5" r="1.7"/><path d="M9 11l3.3-3 3 2.6 2.7 1M12.3 8l-.9 5.5 3 2.5.8 4.5M11.3 14l-1.4 3-2.4 3"/>`,
		"setup":   `<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>`,
	}
	p, ok := paths[name]
	if !ok {
		return ""
	}
	return template.HTML(`<svg class="i" viewBox="0 0 24 24" aria-hidden="true">` + p + `</svg>`)
}
