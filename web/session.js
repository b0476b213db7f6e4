/** Signing in and out. The token is exchanged for a cookie that scripts cannot read, and is kept nowhere. */

import { call } from './api.js';
import { byId } from './dom.js';

const form = /** @type {HTMLFormElement} */ (byId('sign-in'));
const field = /** @type {HTMLInputElement} */ (byId('token'));
const error = byId('token-error');

/** @param {string} token */
async function signIn(token) {
  await call('POST', '/session', { token });
}

export async function signOut() {
  await call('DELETE', '/session');
}

/** Signs in with the token of a link such as `/#token=…`, which is taken out of the address and the history first. */
export async function signInFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return;
  history.replaceState(null, '', location.pathname + location.search);
  await signIn(token).catch(showError);
}

/** @param {() => void} onSignedIn */
export function prepareForm(onSignedIn) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('button');
    if (button) button.disabled = true;
    try {
      await signIn(field.value.trim());
      form.reset();
      error.hidden = true;
      onSignedIn();
    } catch (reason) {
      showError(reason);
      field.select();
    } finally {
      if (button) button.disabled = false;
    }
  });
}

/** @param {any} reason */
function showError(reason) {
  error.textContent = reason.message;
  error.hidden = false;
}

/** @param {boolean} shown */
export function showForm(shown) {
  const appears = shown && form.hidden;
  form.hidden = !shown;
  if (appears) field.focus();
}
