// SPDX-License-Identifier: Apache-2.0
// What all pages share: asking the sidecar, and making elements.

export const base = new URL('..', import.meta.url);

const TOKEN = 'sidecar-token';

/** Asks the sidecar; a fault is an Error with its message. */
export async function ask(path, options = {}) {
  const headers = { ...options.headers };
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch(new URL(path, base), { ...options, headers });
  const text = await answer.text();
  if (answer.status === 401) showToken();
  if (!answer.ok) {
    let message = text;
    try { message = JSON.parse(text).error; } catch { /* not JSON: the text itself is shown */ }
    throw new Error(`${answer.status}: ${message}`);
  }
  return text;
}

export const json = async (path, options) => JSON.parse(await ask(path, options));

/** An element with attributes and children; text is never read as HTML. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

export function table(heads, rows) {
  const cell = (kind, value, numeric) =>
    el(kind, { class: numeric ? 'number' : undefined }, value instanceof Node ? value : String(value));
  const numeric = heads.map((_, i) => rows.length > 0 && rows.every(row => typeof row[i] === 'number'));
  return el('div', { class: 'scroll' }, el('table', {},
    el('thead', {}, el('tr', {}, ...heads.map((head, i) => cell('th', head, numeric[i])))),
    el('tbody', {}, ...rows.map(row => el('tr', {}, ...row.map((value, i) =>
      cell('td', typeof value === 'number' ? short(value) : value, numeric[i])))))));
}

/** A number with as many digits as a person reads. */
export const short = number =>
  Number.isInteger(number) ? String(number) : Number(number.toPrecision(5)).toString();

export const fault = error => el('p', { class: 'fault', role: 'alert' }, error.message);

/** Asks for a token where the sidecar wants one; it is kept until the tab is closed. */
function showToken() {
  const place = document.getElementById('token');
  if (!place || place.childElementCount > 0) return;
  const input = el('input', { type: 'password', placeholder: 'bearer token', autocomplete: 'off', 'aria-label': 'bearer token' });
  place.append(el('form', { onsubmit: event => {
    event.preventDefault();
    sessionStorage.setItem(TOKEN, input.value.trim());
    location.reload();
  } }, input, el('button', {}, 'Use')));
}
