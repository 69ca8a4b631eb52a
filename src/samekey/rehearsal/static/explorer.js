"use strict";
// Reads the tenant's own OpenAPI description and sends one call at a time. No library, no network beyond the tenant.
const byId = (id) => document.getElementById(id);
const calls = [];
let api = null;
let token = "";
let connections = [];

const pretty = (text) => { try { return JSON.stringify(JSON.parse(text), null, 2); } catch { return text; } };

const resolved = (schema) =>
  schema.$ref ? api.components.schemas[schema.$ref.split("/").pop()] : schema;

function addField(name, hint, attributes) {
  const label = document.createElement("label");
  const field = document.createElement(attributes.rows ? "textarea" : "input");
  label.htmlFor = field.id = `field-${name}`;
  label.textContent = hint ? `${name} (${hint})` : name;
  Object.assign(field, attributes);
  field.name = name;
  if (name === "connection_id") {
    field.setAttribute("list", "connections");
    if (connections.length === 1) field.value = connections[0].id;
  }
  const pair = document.createElement("div");
  if (attributes.rows) pair.className = "whole";
  pair.append(label, field);
  byId("fields").append(pair);
}

function showCall() {
  const {path, method, operation} = calls[byId("operation").value];
  byId("about").textContent = operation.description;
  byId("fields").replaceChildren();
  for (const parameter of operation.parameters) {
    addField(parameter.name, parameter.in, {required: parameter.required});
  }
  const content = operation.requestBody?.content ?? {};
  if (content["application/json"]) {
    const names = Object.keys(resolved(content["application/json"].schema).properties ?? {});
    addField("body", `JSON: ${names.join(", ")}`, {rows: 8, value: "{}"});
  }
  for (const [name, schema] of Object.entries(content["multipart/form-data"]?.schema.properties ?? {})) {
    addField(name, "part", schema.format === "binary" ? {type: "file"} : {value: schema.default ?? ""});
  }
}

async function send(event) {
  event.preventDefault();
  const {path, method, operation} = calls[byId("operation").value];
  const fields = byId("call-form").elements;
  const query = new URLSearchParams();
  let address = api.servers[0].url + path;
  for (const parameter of operation.parameters) {
    const value = fields[parameter.name].value;
    if (parameter.in === "path") address = address.replace(`{${parameter.name}}`, encodeURIComponent(value));
    else if (value) query.set(parameter.name, value);
  }
  const init = {method: method.toUpperCase(), headers: {authorization: `Bearer ${token}`}};
  const content = operation.requestBody?.content ?? {};
  if (content["application/json"]) {
    init.headers["content-type"] = "application/json";
    init.body = fields.body.value;
  } else if (content["multipart/form-data"]) {
    init.body = new FormData();
    for (const name of Object.keys(content["multipart/form-data"].schema.properties)) {
      const field = fields[name];
      const value = field.type === "file" ? field.files[0] : field.value;
      if (value) init.body.append(name, value);
    }
  }
  try {
    const answer = await fetch(query.size ? `${address}?${query}` : address, init);
    byId("answer").textContent = `${answer.status} ${answer.statusText}\n\n${pretty(await answer.text())}`;
  } catch {
    byId("answer").textContent = "No answer: the tenant has ended, or cut the connection on purpose.";
  }
}

// An import asks for the connection's id: offer those that there are, and fill in the only one.
async function offerConnections() {
  const answer = await fetch("/api/v2/connections", {headers: {authorization: `Bearer ${token}`}});
  connections = answer.ok ? await answer.json() : [];
  byId("connections").replaceChildren(...connections.map(({id, name}) => new Option(name, id)));
  showCall();
}

async function fetchToken(event) {
  event.preventDefault();
  const audience = `${location.origin}/api/v2/`;
  const asked = {
    grant_type: "client_credentials", audience,
    client_id: byId("client-id").value, client_secret: byId("client-secret").value,
  };
  const answer = await fetch("/oauth/token", {
    method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify(asked),
  });
  const body = await answer.json();
  token = body.access_token ?? "";
  if (token) await offerConnections();
  byId("token-state").textContent = token ? "A token for a day." : `Refused: ${body.error_description}`;
}

async function begin() {
  api = await (await fetch("/api/v2/openapi.json")).json();
  api.servers[0].url = `${location.origin}/api/v2`;
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const option = document.createElement("option");
      option.value = calls.push({path, method, operation}) - 1;
      option.textContent = `${method.toUpperCase()} ${path}: ${operation.summary}`;
      byId("operation").append(option);
    }
  }
  byId("operation").addEventListener("change", showCall);
  byId("call-form").addEventListener("submit", send);
  byId("token-form").addEventListener("submit", fetchToken);
  byId("operation").value = calls.findIndex(({path, method}) => path === "/jobs/users-imports" && method === "post");
  showCall();
}

begin();
