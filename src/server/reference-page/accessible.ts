// Adds missing names and roles to Swagger UI's elements whenever it draws them.

/** The attributes for the elements of each selector. */
const missing: [string, (element: Element) => Record<string, string>][] = [
  ['select.examples-select-element', () => ({ 'aria-label': 'Example' })],
  ['select.content-type', () => ({ 'aria-label': 'Media type' })],
  ['.opblock-body pre.microlight, .opblock-body .microlight, pre.curl', () => ({ tabindex: '0' })],
  ['.validation-errors, .errors-wrapper', () => ({ role: 'alert' })],
  // The page announces a response in one line.
  ['[aria-live]', () => ({ 'aria-live': 'off' })],
  ['textarea.body-param__text', () => ({ 'aria-label': 'Request body' })],
  ['.parameters input[placeholder]', (element) => ({ 'aria-label': element.getAttribute('placeholder') ?? '' })],
  ['.opblock-summary svg, .opblock-tag svg', () => ({ 'aria-hidden': 'true' })],
  // Below the page's h1.
  ['h3.opblock-tag', () => ({ 'aria-level': '2', role: 'heading' })],
  ['.opblock-body h4', () => ({ 'aria-level': '3', role: 'heading' })],
  ['.opblock-body h5', () => ({ 'aria-level': '4', role: 'heading' })],
];

/** Fixes present and future elements. */
export function keepAccessible(page: HTMLElement): void {
  const mend = () => {
    for (const [selector, attributes] of missing)
      for (const element of page.querySelectorAll(selector))
        for (const [name, value] of Object.entries(attributes(element)))
          if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  };
  new MutationObserver(mend).observe(page, { childList: true, subtree: true });
  mend();
}
