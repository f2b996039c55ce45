// The token of the page: typed hidden, kept in this module only, and shown as accepted once the provider accepts it.

let token = '';

/** The value of `X-Auth-Token`; empty for none. */
export function currentToken(): string {
  return token;
}

/** Announces a text to screen readers. */
export function announce(text: string): void {
  const place = document.querySelector('#announcement');
  if (place) place.textContent = text;
}

/** Connects the form of page.html; `provider` is the URL that the paths of the API are relative to. */
export function watchTokenForm(root: Document, provider: URL): void {
  const form = root.querySelector('#sign-in');
  const field = root.querySelector<HTMLInputElement>('#token');
  const show = root.querySelector<HTMLInputElement>('#show-token');
  const state = root.querySelector('#token-state');
  if (!form || !field || !show || !state) return;
  show.addEventListener('change', () => {
    field.type = show.checked ? 'text' : 'password';
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    token = field.value.trim();
    state.textContent = token === '' ? 'No token is in use.' : 'The token is being checked …';
    if (token === '') return;
    void stateOf(token, provider).then((text) => {
      state.textContent = text;
    });
  });
}

/**
 * A project that nobody has: it refuses a known caller as foreign to the project (403), an unknown one as
 * unauthenticated (401).
 */
const nobodysProject = 'api/v3/projects/00000000000000000000000000000000/clusters';

async function stateOf(checked: string, provider: URL): Promise<string> {
  try {
    const headers = { 'X-Auth-Token': checked, 'Content-Type': 'application/json' };
    const { status } = await fetch(new URL(nobodysProject, provider), { headers });
    if (status === 401) return 'The provider does not accept this token: it is wrong, expired or revoked.';
    if (status === 403 || status < 400) return 'The provider accepts this token. Calls are made with it.';
    return `The token could not be checked (response ${status}). Calls are made with it.`;
  } catch {
    return 'The token could not be checked: the provider does not answer.';
  }
}
