// SPDX-License-Identifier: Apache-2.0
// The description of all operations, with a form to try each.

import { ask, el, fault, json } from './app.js';

function resolve(api, schema) {
  return schema?.$ref ? api.components.schemas[schema.$ref.split('/').pop()] : schema;
}

function named(content) {
  return Object.entries(content ?? {}).map(([type, body]) => `${body.schema.$ref?.split('/').pop() ?? ''} (${type})`).join(' or ');
}

function operation(api, path, method, description, model) {
  const parameters = description.parameters ?? [];
  const inputs = parameters.map(parameter => el('input', { placeholder: parameter.name, 'aria-label': parameter.name, required: true,
    value: parameter.name === 'model' ? model : undefined }));
  const taken = Object.keys(description.requestBody?.content ?? {});
  const body = description.requestBody?.content?.['application/json'];
  const schema = resolve(api, body?.schema);
  const text = body ? el('textarea', { 'aria-label': 'body' }) : null;
  if (text) text.value = JSON.stringify(schema?.example ?? {}, null, 1);
  const answer = el('pre', { hidden: true });
  const send = async event => {
    event.preventDefault();
    if (method === 'delete' && !confirm(`${method.toUpperCase()} ${path}: this cannot be undone. Go on?`)) return;
    let url = path.slice(1);
    parameters.forEach((parameter, i) => { url = url.replace(`{${parameter.name}}`, () => encodeURIComponent(inputs[i].value).replaceAll('%2F', '/')); });
    answer.hidden = false;
    try {
      answer.textContent = await ask(url, { method: method.toUpperCase(), body: text?.value }) || '(done, no body)';
    } catch (error) {
      answer.textContent = error.message;
    }
  };
  return el('details', {},
    el('summary', {}, el('code', {}, `${method.toUpperCase()} ${path}`), ' ', el('span', { class: 'quiet' }, description.summary)),
    el('p', {}, `${description['x-right'] ? `Needs the right '${description['x-right']}'. ` : ''}Takes ${named(description.requestBody?.content) || 'no body'}; gives ${named(description.responses['200'].content) || 'no body'}.`),
    schema ? el('details', {}, el('summary', {}, 'schema of the body'), el('pre', {}, JSON.stringify(schema, null, 1))) : null,
    taken.length > 0 && !body
      ? el('p', { class: 'quiet' }, 'Takes a body that is not JSON, which this page does not send; docs of the sidecar show it with curl.')
      : el('form', { onsubmit: send }, ...inputs, text, el('button', {}, 'Try'), answer));
}

async function start() {
  const place = document.getElementById('api');
  try {
    const [api, models] = await Promise.all([json('openapi.json'), json('models').catch(() => [])]);
    const model = models?.[0]?.name;
    const doors = new Map();
    for (const [path, methods] of Object.entries(api.paths)) {
      for (const [method, description] of Object.entries(methods)) {
        const door = description.tags[0];
        if (!doors.has(door)) doors.set(door, []);
        doors.get(door).push(operation(api, path, method, description, model));
      }
    }
    place.replaceChildren(...[...doors].flatMap(([door, operations]) => [el('h2', {}, door), ...operations]));
  } catch (error) {
    place.replaceChildren(fault(error));
  }
}

start();
