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

/**
 * A table in a frame of its own that scrolls, also by keyboard. Columns in which nothing stands are left out; a row that is
 * `chosen` is marked.
 */
export function table(label, heads, rows, chosen = () => false) {
  const shown = heads.map((_, i) => rows.some(row => row[i] !== '' && row[i] !== null && row[i] !== undefined));
  const numeric = heads.map((_, i) => rows.length > 0 && rows.every(row => typeof row[i] === 'number'));
  const wide = heads.map((_, i) => rows.some(row => typeof row[i] === 'string' && row[i].length > 40));
  const cells = (kind, values) => values.map((value, i) => !shown[i] ? null
    : el(kind, { class: numeric[i] ? 'number' : wide[i] ? 'wide' : undefined, scope: kind === 'th' ? 'col' : undefined },
      value instanceof Node ? value : typeof value === 'number' ? short(value) : String(value ?? '')));
  return el('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label }, el('table', {},
    heads.some(Boolean) ? el('thead', {}, el('tr', {}, ...cells('th', heads))) : null,
    el('tbody', {}, ...rows.map(row => el('tr', { class: chosen(row) ? 'chosen' : undefined }, ...cells('td', row))))));
}

/** An instant to the minute; all of it when pointed at. */
export function time(text) {
  if (!text) return '';
  const found = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)/.exec(text);
  return el('time', { datetime: text, title: text }, found ? `${found[1]} ${found[2]} UTC` : text);
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
