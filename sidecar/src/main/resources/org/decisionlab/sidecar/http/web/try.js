// SPDX-License-Identifier: Apache-2.0
// The form to try a model: one row, to a version that is loaded.

import { ask, el, fault, short, table } from './app.js';

const MAX_FIELDS = 64;

export function tryIt(model, status) {
  if (model.inputs < 0) {
    return el('p', { class: 'quiet' }, 'The model takes tensors of no fixed size, so it cannot be tried by one row: POST /v2/models/NAME/infer.');
  }
  const named = model.features.length > 0;
  const names = named ? model.features : Array.from({ length: Math.min(model.inputs, MAX_FIELDS) }, (_, i) => `value ${i + 1}`);
  const many = model.inputs > MAX_FIELDS;
  const means = (model.card?.statistics ?? []).map(feature => feature.mean);
  const start = i => means[i] === undefined ? 0 : short(means[i]);
  const inputs = many ? [] : names.map((name, i) => el('input', { type: 'number', step: 'any', required: true, 'aria-label': name, value: start(i) }));
  const text = el('textarea', { 'aria-label': `${model.inputs} values` });
  if (many) text.value = Array.from({ length: model.inputs }, (_, i) => start(i)).join(', ');
  const version = el('select', { 'aria-label': 'version' },
    el('option', { value: '' }, 'as clients get it'),
    ...Object.entries(status.aliases).map(([alias, number]) => el('option', { value: alias }, `${alias}: version ${number}`)));
  const answer = el('div', { 'aria-live': 'polite' });
  const send = async event => {
    event.preventDefault();
    const told = many ? text.value.split(/[\s,]+/).filter(Boolean) : inputs.map(input => input.value);
    const values = told.map(value => value === '' ? NaN : Number(value));
    const wrong = values.findIndex(value => !Number.isFinite(value));
    try {
      if (wrong >= 0) throw new Error(`${names[wrong] ?? `value ${wrong + 1}`} is not a number: '${told[wrong]}'`);
      const numbers = await predicted(model, version.value, named && !many ? names : [], values);
      answer.replaceChildren(table('answer', ['output', 'value'], numbers.map((number, i) => [model.output_names[i] ?? String(i), el('code', {}, String(number))])));
    } catch (error) {
      answer.replaceChildren(fault(error));
    }
  };
  const fields = many ? text : el('div', { class: 'fields' }, ...names.map((name, i) => el('label', {}, name, inputs[i])));
  return el('form', { onsubmit: send, novalidate: true }, el('h3', {}, 'Try it'), fields,
    el('p', {}, el('label', {}, 'Ask ', version), ' ', el('button', {}, 'Ask')), answer);
}

/** The numbers that the model answers to a row, as they are written on the wire. */
async function predicted(model, version, keys, values) {
  if (version === '') {
    return JSON.parse(await ask('json', { method: 'POST', body: JSON.stringify({ model: model.name, keys, values }) }));
  }
  const path = `v1/models/${encodeURIComponent(model.name)}/versions/${encodeURIComponent(version)}:predict`;
  const row = keys.length > 0 ? `{${keys.map((key, i) => `${JSON.stringify(key)}:${values[i]}`).join(',')}}` : JSON.stringify(values);
  return JSON.parse(await ask(path, { method: 'POST', body: `{"instances":[${row}]}` })).predictions[0];
}
