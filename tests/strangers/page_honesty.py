"""What a page owes to everybody, read from what the browser really drew."""

from playwright.sync_api import Page

CONTRAST_MIN = 4.5
"""Of text to its ground: WCAG 2.2, success criterion 1.4.3."""

_COMPLAINTS = """(contrastMin) => {
  const seen = (element) => element.checkVisibility() && element.getBoundingClientRect().width > 0;
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([red, green, blue]) => [red, green, blue]
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = parts(getComputedStyle(at).backgroundColor);
      if (found.length === 3) return found;
      if (found[3] > 0) throw new Error("half transparent: " + at.outerHTML);
    }
    throw new Error("no ground");
  };
  const complaints = [];
  if (document.documentElement.scrollWidth > innerWidth) complaints.push("scrolls sideways");
  for (const field of document.querySelectorAll("input, select, textarea")) {
    if (seen(field) && !field.labels.length) complaints.push("no label: " + field.id);
  }
  for (const element of document.body.querySelectorAll("*")) {
    const speaks = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    if (!seen(element) || !(speaks || element.matches("input, select, textarea"))) continue;
    const [high, low] = [light(parts(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < contrastMin) complaints.push(`contrast ${ratio.toFixed(2)}: ${element.tagName} ${element.className}`);
  }
  if (!document.documentElement.lang || !document.title || document.querySelectorAll("h1").length !== 1) {
    complaints.push("language, title or the one heading is missing");
  }
  return complaints;
}"""


def complaints(page: Page) -> list[str]:
    """Everything that is wrong with a page as it stands: sideways scrolling, fields without label, faint text."""
    found: list[str] = page.evaluate(_COMPLAINTS, CONTRAST_MIN)
    return found
