// SPDX-License-Identifier: Apache-2.0
// The page of models: what is served, what is known of each, and a form to try it.

import { ask, el, fault, json, short, table } from './app.js';

const place = id => document.getElementById(id);

async function start() {
  json('health/ready').then(
    health => { place('state').textContent = health.status; },
    error => { place('state').textContent = error.message; });
  await Promise.all([showModels(), showCaches()]);
  if (location.hash) await showModel(decodeURIComponent(location.hash.slice(1)));
}

async function showModels() {
  try {
    const models = (await json('models')) ?? [];
    const rows = models.map(model => [
      model.state === 'serving'
        ? el('a', { href: `#${encodeURIComponent(model.name)}` }, model.name)
        : model.name,
      model.state === 'serving' ? el('span', { class: 'good' }, 'serving') : el('span', { class: 'fault' }, `${model.state}: ${model.problem ?? ''}`),
      model.version ?? '', model.inputs ?? '', model.outputs ?? '',
      model.decides ? el('span', { class: 'tag' }, 'caches') : '',
      model.published_at ?? model.timestamp, model.description]);
    place('models').replaceChildren(models.length === 0
      ? el('p', { class: 'quiet' }, 'None is published. Publish one with %tfaas upload, or POST /upload.')
      : table(['name', 'state', 'version', 'inputs', 'outputs', 'answers', 'published', 'description'], rows));
  } catch (error) {
    place('models').replaceChildren(fault(error));
  }
}

async function showModel(name) {
  const section = place('model');
  const path = `v1/registry/models/${encodeURIComponent(name)}`;
  try {
    const [model, drift, status] = await Promise.all([json(path), json(`${path}/drift`), json(`${path}/status`)]);
    section.replaceChildren(
      el('h2', {}, `${model.name}, version ${model.version}`),
      el('p', {}, model.description, ' ',
        el('a', { href: `graph?model=${encodeURIComponent(name)}` }, 'graph'), ' · ',
        el('a', { href: `download/${encodeURIComponent(name)}/` }, 'files')),
      el('div', { class: 'columns' }, signature(model), provenance(model), metrics(model)),
      ...versions(status), ...driftOf(drift), tryIt(model));
  } catch (error) {
    section.replaceChildren(fault(error));
  }
}

function signature(model) {
  const known = model.card?.statistics ?? [];
  const features = model.card?.features?.features ?? [];
  const rows = model.features.map((name, i) => [name, features[i]?.unit ?? '',
    known[i] ? known[i].minimum : '', known[i] ? known[i].maximum : '']);
  return el('div', {}, el('h2', {}, 'Signature'),
    el('p', {}, `${model.inputs} numbers in, ${model.outputs} out`,
      model.output_names.length > 0 && model.output_names.length <= 20 ? `: ${model.output_names.join(', ')}` : ''),
    rows.length > 0 ? table(['feature', 'unit', 'smallest', 'largest'], rows) : null);
}

function provenance(model) {
  const from = model.card?.provenance;
  const rows = from === undefined ? [] : [
    ['created', from.created_at], ['data', `${from.data.source}, ${from.data.rows} rows`],
    ['window', `${from.data.from} to ${from.data.to}`], ['seed', String(from.seed)], ['code', from.code_version],
    ...Object.entries(from.libraries), ...Object.entries(from.hardware ?? {}), ...Object.entries(from.settings ?? {})];
  return el('div', {}, el('h2', {}, 'Provenance'),
    rows.length > 0 ? table(['', ''], rows) : el('p', { class: 'quiet' }, 'The model has no card.'));
}

function metrics(model) {
  const rows = Object.entries(model.card?.metrics ?? {});
  const decision = model.card?.decision;
  return el('div', {}, el('h2', {}, 'Metrics'),
    rows.length > 0 ? table(['metric', 'value'], rows) : el('p', { class: 'quiet' }, 'None are known.'),
    decision ? el('p', {}, `A file is stored from a probability of ${decision.threshold} on; horizon ${decision.horizon}.`) : null);
}

function versions(status) {
  const names = version => Object.entries(status.aliases).filter(([, number]) => number === version)
    .map(([alias]) => alias === 'canary' ? `canary (${short(100 * status.canary_weight)} %)` : alias);
  const rows = status.versions.map(version => [version.version,
    el('span', {}, ...names(version.version).flatMap(name => [el('span', { class: 'tag' }, name), ' '])),
    version.problem ? el('span', { class: 'fault' }, version.problem) : version.state,
    version.published_at ?? '', version.published_by ?? '', version.engine ?? '', version.checked_by ?? '']);
  const shadow = status.shadow;
  return [el('h2', {}, 'Versions'),
    table(['version', 'aliases', 'state', 'published', 'by', 'engine', 'checked by'], rows),
    shadow ? el('p', {}, `Shadow: version ${shadow.shadow} was compared ${shadow.compared} times and differed ${shadow.differing} times, at most by ${short(shadow.largest_difference)}; it failed ${shadow.failed} times.`) : null]
    .filter(part => part !== null);
}

function driftOf(drift) {
  const parts = [el('h2', {}, 'Drift')];
  if (drift.rows === 0) return [...parts, el('p', { class: 'quiet' }, 'No rows were asked yet.')];
  const total = drift.scores.reduce((sum, count) => sum + count, 0) || 1;
  const most = Math.max(...drift.scores, 1);
  parts.push(drift.features.length === 0
    ? el('p', { class: 'quiet' }, 'The card tells no bins of the training data to compare with.')
    : table(['feature', 'stability index', ''], drift.features.map(feature => [feature.name, feature.stability_index,
      feature.shifted ? el('span', { class: 'fault' }, 'shifted') : el('span', { class: 'good' }, 'steady')])));
  parts.push(el('p', {}, `First numbers of the answers, 0 to 1 (${total} counted, ${drift.scores_outside} outside):`));
  const bars = el('div', { class: 'bars', role: 'img', 'aria-label': `histogram of answers: ${drift.scores.join(', ')}` });
  drift.scores.forEach((count, i) => {
    const bar = el('span', { title: `${short(i / drift.scores.length)} to ${short((i + 1) / drift.scores.length)}: ${count}` });
    bar.style.height = `${100 * count / most}%`;
    bars.append(bar);
  });
  return [...parts, bars];
}

function tryIt(model) {
  const named = model.features.length > 0;
  const names = named ? model.features : Array.from({ length: Math.min(model.inputs, 64) }, (_, i) => `value ${i + 1}`);
  const many = !named && model.inputs > 64;
  const means = (model.card?.statistics ?? []).map(feature => feature.mean);
  const inputs = names.map((name, i) => el('input', { type: 'number', step: 'any', 'aria-label': name, value: means[i] === undefined ? 0 : short(means[i]) }));
  const text = el('textarea', { 'aria-label': 'values' });
  if (many) text.value = Array(model.inputs).fill(0).join(', ');
  const answer = el('div', { 'aria-live': 'polite' });
  const send = async event => {
    event.preventDefault();
    const values = many ? text.value.split(/[\s,]+/).filter(Boolean).map(Number) : inputs.map(input => Number(input.value));
    const row = { model: model.name, values };
    if (named) row.keys = names;
    try {
      const numbers = JSON.parse(await ask('json', { method: 'POST', body: JSON.stringify(row) }));
      answer.replaceChildren(table(['output', 'value'], numbers.map((number, i) => [model.output_names[i] ?? String(i), number])));
    } catch (error) {
      answer.replaceChildren(fault(error));
    }
  };
  const fields = many ? text : el('div', { class: 'fields' }, ...names.map((name, i) => el('label', {}, name, inputs[i])));
  return el('form', { onsubmit: send }, el('h2', {}, 'Try it'), fields, el('button', {}, 'Ask'), answer);
}

async function showCaches() {
  try {
    const health = await json('v1/cache/health');
    const by = health.model ? `${health.model} version ${health.model && health.version}` : 'no model: files are stored by default';
    place('caches').replaceChildren(
      el('p', {}, `Answered by ${by}.`),
      table(['questions', 'stored', 'by model', 'by default', 'failures', 'files remembered', 'forgotten early'],
        [[health.questions, health.stored, health.by_model, health.by_default, health.model_failures, health.history.files, health.history.truncations]]),
      health.quality.length > 0
        ? table(['model', 'version', 'kept, reused', 'kept, unused', 'refused, reused', 'refused, unused', 'Brier'],
          health.quality.map(q => [q.model, q.version, q.kept_reused, q.kept_unused, q.refused_reused, q.refused_unused, q.brier]))
        : el('p', { class: 'quiet' }, 'No outcomes were told yet.'));
  } catch (error) {
    place('caches').replaceChildren(fault(error));
  }
}

addEventListener('hashchange', () => showModel(decodeURIComponent(location.hash.slice(1))));
start();
