// SPDX-License-Identifier: Apache-2.0
// The graph of a model: operations in layers from the input down, constants beside what uses them.

import { base, fault, json } from './app.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 190;
const HEIGHT = 44;
const GAP_X = 30;
const GAP_Y = 40;

/** The model asked for: ?model=NAME, or ?url=.../download/NAME/FILE as TFaaS's pages link. */
function wanted() {
  const query = new URLSearchParams(location.search);
  const url = /\/?download\/([^/]+)\//.exec(query.get('url') ?? '');
  return query.get('model') ?? (url ? url[1] : '');
}

function svg(name, attributes = {}, text = '') {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

/** The depth of each node: one more than its deepest operand; constants just above their first use. */
function depths(nodes) {
  const depth = new Map();
  const used = new Map();
  for (const node of nodes) {
    const computed = node.operands.filter(name => !isConstant(nodes, name));
    depth.set(node.name, computed.length === 0 ? 0 : 1 + Math.max(...computed.map(name => depth.get(name) ?? 0)));
    for (const name of node.operands) if (!used.has(name)) used.set(name, node.name);
  }
  for (const node of nodes) {
    if (node.type === 'Constant' && used.has(node.name)) depth.set(node.name, Math.max(0, depth.get(used.get(node.name)) - 1));
  }
  return depth;
}

const byName = new Map();
const isConstant = (nodes, name) => {
  if (byName.size === 0) for (const node of nodes) byName.set(node.name, node);
  return byName.get(name)?.type === 'Constant';
};

function draw(graph) {
  const depth = depths(graph.nodes);
  const layers = [];
  for (const node of graph.nodes) (layers[depth.get(node.name)] ??= []).push(node);
  for (const layer of layers) layer?.sort((a, b) => (a.type === 'Constant') - (b.type === 'Constant'));
  const places = new Map();
  layers.forEach((layer, y) => layer.forEach((node, x) =>
    places.set(node.name, { x: 10 + x * (WIDTH + GAP_X), y: 10 + y * (HEIGHT + GAP_Y) })));
  const widest = Math.max(...layers.map(layer => layer.length));
  const width = 20 + widest * (WIDTH + GAP_X) - GAP_X;
  const height = 20 + layers.length * (HEIGHT + GAP_Y) - GAP_Y;
  const picture = svg('svg', { class: 'graph', width, height, viewBox: `0 0 ${width} ${height}`, role: 'img' });
  picture.setAttribute('aria-label', `${graph.nodes.length} operations from ${graph.input} to ${graph.output}`);
  for (const node of graph.nodes) {
    const to = places.get(node.name);
    for (const operand of node.operands) {
      const from = places.get(operand);
      const start = { x: from.x + WIDTH / 2, y: from.y + HEIGHT };
      const end = { x: to.x + WIDTH / 2, y: to.y };
      const bend = (end.y - start.y) / 2;
      picture.append(svg('path', { d: `M${start.x} ${start.y}C${start.x} ${start.y + bend} ${end.x} ${end.y - bend} ${end.x} ${end.y}` }));
    }
  }
  for (const node of graph.nodes) {
    const at = places.get(node.name);
    const box = svg('g', { class: node.type === 'Constant' ? 'constant' : 'operation' });
    box.append(svg('rect', { x: at.x, y: at.y, width: WIDTH, height: HEIGHT, rx: 4 }),
      svg('text', { x: at.x + 8, y: at.y + 18, 'font-weight': 600 }, `${node.type} ${node.shape}`.slice(0, 28)),
      svg('text', { x: at.x + 8, y: at.y + 35 }, node.name.length > 27 ? `…${node.name.slice(-26)}` : node.name));
    const title = svg('title', {}, `${node.name}: ${node.type} ${node.shape}`);
    box.append(title);
    picture.append(box);
  }
  return picture;
}

async function start() {
  const place = document.getElementById('graph');
  document.getElementById('home').href = base.pathname;
  const model = wanted();
  try {
    if (!model) throw new Error('Name a model in the address: graph?model=NAME');
    document.getElementById('title').textContent = model;
    place.replaceChildren(draw(await json(`v1/registry/models/${encodeURIComponent(model)}/graph`)));
  } catch (error) {
    place.replaceChildren(fault(error));
  }
}

start();
