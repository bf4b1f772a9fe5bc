// SPDX-License-Identifier: Apache-2.0
// The page of models: what is served, what is known of each, and a form to try it.

import { el, fault, json, short, table, time } from './app.js';
import { tryIt } from './try.js';

const place = id => document.getElementById(id);
let latest = 0;

async function start() {
  json('health/ready').then(
    health => { place('state').textContent = health.status; },
    error => { place('state').textContent = error.message; });
  await Promise.all([showModels(), showCaches(), showModel()]);
}

/** The name after # in the address; empty when there is none. */
function chosen() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return location.hash.slice(1);
  }
}

async function showModels() {
  try {
    const models = (await json('models')) ?? [];
    const name = chosen();
    const rows = models.map(model => [
      el('a', { href: `#${encodeURIComponent(model.name)}`, 'aria-current': model.name === name ? 'true' : undefined }, model.name),
      model.state === 'serving' ? el('span', { class: 'good' }, 'serving') : el('span', { class: 'fault' }, `${model.state}: ${model.problem ?? ''}`),
      model.version ?? '', size(model.inputs), size(model.outputs),
      model.decides ? el('span', { class: 'tag' }, 'caches') : '',
      time(model.published_at ?? model.timestamp), model.description]);
    place('models').replaceChildren(models.length === 0
      ? el('p', { class: 'quiet' }, 'None is published. Publish one with %tfaas upload in a notebook, or ',
        el('code', {}, `curl --data-binary @MODEL.tar.gz ${location.origin}/upload`), '.')
      : table('models', ['name', 'state', 'version', 'inputs', 'outputs', 'answers', 'published', 'description'], rows,
        row => row[0].textContent === name));
  } catch (error) {
    place('models').replaceChildren(fault(error));
  }
}

const size = number => number === undefined ? '' : number < 0 ? 'any' : number;

/** Shows the model that the address names. Of a damaged one the versions are known, so that one can go back. */
async function showModel() {
  const section = place('model');
  const name = chosen();
  const mine = ++latest;
  if (!name) {
    section.replaceChildren();
    return;
  }
  const path = `v1/registry/models/${encodeURIComponent(name)}`;
  const [model, drift, status] = await Promise.allSettled([json(path), json(`${path}/drift`), json(`${path}/status`)]);
  if (mine !== latest) return;
  const parts = [];
  if (status.status === 'rejected') {
    parts.push(el('h2', {}, name), fault(status.reason));
  } else {
    parts.push(...heading(name, model.value, status.value));
    if (model.value) parts.push(el('div', { class: 'columns' }, signature(model.value, status.value), provenance(model.value), metrics(model.value)));
    else parts.push(fault(model.reason));
    parts.push(...versions(status.value));
    if (drift.value) parts.push(...driftOf(drift.value));
    if (model.value) parts.push(tryIt(model.value, status.value));
  }
  section.replaceChildren(...parts);
}

function heading(name, model, status) {
  const links = model ? [
    el('a', { href: `graph?model=${encodeURIComponent(name)}` }, 'graph'), ' · ',
    el('a', { href: `download/${encodeURIComponent(name)}/` }, 'files')] : [];
  const quota = status.quota;
  return [el('h2', {}, model ? `${name}, version ${model.version}` : name),
    el('p', {}, model?.description ?? '', ' ', ...links),
    el('p', { class: 'quiet' }, status.owner ? `Belongs to ${status.owner}. ` : '', readers(status.readers),
      `Keeps ${status.versions.length} of at most ${quota.versions} versions, ${bytes(status.bytes)} of at most ${bytes(quota.bytes)}.`)];
}

/** Who may read the model, where that is not everybody. */
function readers(who) {
  if (who === 'owner') return 'Nobody else may read it but administrators. ';
  return Array.isArray(who) ? `For ${who.join(', ')}. ` : '';
}

function bytes(count) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let at = 0;
  for (; count >= 1024 && at < units.length - 1; at++) count /= 1024;
  return `${Number(count.toPrecision(3))} ${units[at]}`;
}

function signature(model, status) {
  const known = model.card?.statistics ?? [];
  const features = model.card?.features?.features ?? [];
  const rows = model.features.map((name, i) => [name, features[i]?.unit ?? '', known[i]?.minimum ?? '', known[i]?.maximum ?? '']);
  const version = status.versions.find(each => each.version === model.version);
  const tensors = role => (version?.[role] ?? []).map(each =>
    [role.slice(0, -1), each.name, each.datatype.toLowerCase(), each.shape.map(axis => axis < 0 ? 'any' : axis).join(' × ')]);
  const names = model.output_names;
  return el('div', {}, el('h3', {}, 'Signature'),
    el('p', {}, `${size(model.inputs)} numbers in, ${size(model.outputs)} out${names.length > 0 && names.length <= 20 ? `: ${names.join(', ')}` : ''}`),
    table('tensors', ['', 'tensor', 'type', 'shape'], [...tensors('inputs'), ...tensors('outputs')]),
    rows.length > 0 ? table('features', ['feature', 'unit', 'smallest', 'largest'], rows) : null);
}

function provenance(model) {
  const from = model.card?.provenance;
  const rows = from === undefined ? [] : [
    ['created', time(from.created_at)], ['data', `${from.data.source}, ${from.data.rows} rows`],
    ['window', el('span', {}, time(from.data.from), ' to ', time(from.data.to))], ['seed', String(from.seed)], ['code', from.code_version],
    ...Object.entries(from.libraries), ...Object.entries(from.hardware ?? {}), ...Object.entries(from.settings ?? {})];
  return el('div', {}, el('h3', {}, 'Provenance'),
    rows.length > 0 ? table('provenance', ['', ''], rows) : el('p', { class: 'quiet' }, 'The model has no card that tells.'));
}

function metrics(model) {
  const rows = Object.entries(model.card?.metrics ?? {});
  const decision = model.card?.decision;
  return el('div', {}, el('h3', {}, 'Metrics'),
    rows.length > 0 ? table('metrics', ['metric', 'value'], rows) : el('p', { class: 'quiet' }, 'The model has no card that tells.'),
    decision ? el('p', {}, `A file is stored from a probability of ${decision.threshold} on; horizon ${decision.horizon}.`) : null);
}

function versions(status) {
  const names = version => Object.entries(status.aliases).filter(([, number]) => number === version)
    .map(([alias]) => alias === 'canary' ? `canary (${short(100 * status.canary_weight)} %)` : alias);
  const rows = status.versions.map(version => [version.version,
    el('span', {}, ...names(version.version).flatMap(name => [el('span', { class: 'tag' }, name), ' '])),
    version.problem ? el('span', { class: 'fault' }, version.problem) : version.state,
    time(version.published_at), version.published_by ?? '', version.engine ?? '', version.checked_by ?? '']);
  const shadow = status.shadow;
  return [el('h3', {}, 'Versions'),
    table('versions', ['version', 'aliases', 'state', 'published', 'by', 'engine', 'checked by'], rows,
      row => row[0] === status.aliases.production),
    shadow ? el('p', {}, `Shadow: version ${shadow.shadow} was compared ${shadow.compared} times and differed ${shadow.differing} times, at most by ${short(shadow.largest_difference)}; it failed ${shadow.failed} times.`) : null]
    .filter(part => part !== null);
}

/** Bars side by side; the tallest fills the height. */
function bars(label, heights, kind = '', name = () => '') {
  const most = Math.max(...heights, Number.MIN_VALUE);
  const picture = el('div', { class: `bars ${kind}`, role: 'img', 'aria-label': `${label}: ${heights.map(short).join(', ')}` });
  heights.forEach((height, i) => {
    const bar = el('span', { title: name(i) });
    bar.style.height = `${100 * height / most}%`;
    picture.append(bar);
  });
  return picture;
}

/** For each bin the share in the training data, then the one that was found. */
function compared(feature) {
  if (!feature.expected?.length) return '';
  const pairs = feature.expected.flatMap((share, i) => [share, feature.found[i]]);
  const picture = bars(`shares of ${feature.name}, expected and found in turn`, pairs, 'small', i => `${i % 2 ? 'found' : 'expected'} ${short(pairs[i])}`);
  [...picture.children].forEach((bar, i) => { if (i % 2 === 0) bar.className = 'expected'; });
  return picture;
}

function driftOf(drift) {
  const parts = [el('h3', {}, 'Drift')];
  if (drift.rows === 0) return [...parts, el('p', { class: 'quiet' }, 'No rows were asked yet.')];
  const total = drift.scores.reduce((sum, count) => sum + count, 0);
  parts.push(drift.features.length === 0
    ? el('p', { class: 'quiet' }, 'No card tells the training data to compare with.')
    : table('drift', ['feature', 'stability index', '', 'missing', 'expected (grey) and found, in bins'], drift.features.map(feature => [feature.name, feature.stability_index,
      feature.shifted ? el('span', { class: 'fault' }, 'shifted') : el('span', { class: 'good' }, 'steady'), short(feature.missing), compared(feature)])));
  parts.push(el('p', {}, `First numbers of the answers, 0 to 1 (${total} counted, ${drift.scores_outside} outside):`));
  const count = drift.scores.length;
  return [...parts, bars('histogram of answers', drift.scores, '', i => `${short(i / count)} to ${short((i + 1) / count)}: ${drift.scores[i]}`)];
}

async function showCaches() {
  try {
    const health = await json('v1/cache/health');
    const unnamed = health.status === 'model' ? 'a model that is not yours to see' : 'no model: files are stored by default';
    const by = health.model ? `${health.model} version ${health.version}` : unnamed;
    place('caches').replaceChildren(
      el('p', {}, `Answered by ${by}.`),
      table('questions of caches', ['questions', 'stored', 'by model', 'by default', 'failures', 'files remembered', 'forgotten early'],
        [[health.questions, health.stored, health.by_model, health.by_default, health.model_failures, health.history.files, health.history.truncations]]),
      health.quality.length > 0
        ? table('outcomes', ['model', 'version', 'kept, reused', 'kept, unused', 'refused, reused', 'refused, unused', 'Brier'],
          health.quality.map(q => [q.model, q.version, q.kept_reused, q.kept_unused, q.refused_reused, q.refused_unused, q.brier]))
        : el('p', { class: 'quiet' }, 'No outcomes were told yet.'));
  } catch (error) {
    place('caches').replaceChildren(fault(error));
  }
}

addEventListener('hashchange', () => Promise.all([showModels(), showModel()]));
start();
