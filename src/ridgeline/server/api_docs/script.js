// Lists the operations of the OpenAPI document, and tries those that only read.
'use strict'

const make = (tag, text = '', className = '') => {
  const element = document.createElement(tag)
  element.textContent = text
  if (className) element.className = className
  return element
}

const typeOf = (schema = {}) => {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ')
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.$ref) return schema.$ref.split('/').pop()
  return schema.type === 'array' ? `${typeOf(schema.items)}, repeated` : (schema.type ?? 'any')
}

/** A schema as a type in the way of TypeScript, with the shapes that it refers to written out in place. */
const outline = (schema, shapes, indent = '') => {
  const name = schema.$ref?.split('/').pop()
  if (name === 'JsonValue') return 'any JSON'
  const shape = name ? shapes[name] : schema
  if (shape.anyOf) return shape.anyOf.map((option) => outline(option, shapes, indent)).join(' | ')
  if (shape.enum) return shape.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (shape.type === 'array') return `${outline(shape.items ?? {}, shapes, indent)}[]`
  if (!shape.properties) return shape.type ?? 'any JSON'
  const inner = `${indent}  `
  const fields = Object.entries(shape.properties).map(([key, value]) => {
    const mark = shape.required?.includes(key) ? '' : '?'
    return `${inner}${key}${mark}: ${outline(value, shapes, inner)}`
  })
  return `{\n${fields.join('\n')}\n${indent}}`
}

const answerOf = (operation, shapes) => {
  const status = Object.keys(operation.responses).find((code) => code.startsWith('2'))
  const content = operation.responses[status]?.content ?? {}
  const schema = content['application/json']?.schema
  if (!schema) return make('p', `Answers ${status}: ${Object.keys(content).join(', ') || 'bytes'}.`, 'muted')
  const box = make('details')
  const text = (schema.$ref ?? schema.items?.$ref)?.split('/').pop() ?? 'JSON'
  box.append(make('summary', `Answers ${status}: ${text}`), make('pre', outline(schema, shapes)))
  return box
}

const parameterRow = (parameter) => {
  const row = make('tr')
  const about = [parameter.description ?? parameter.schema?.description ?? '']
  if (parameter.schema?.default !== undefined) about.push(`Default: ${JSON.stringify(parameter.schema.default)}`)
  row.append(make('td', parameter.name), make('td', typeOf(parameter.schema)), make('td', about.filter(Boolean).join(' ')))
  return row
}

const attempt = (path) => {
  const box = make('details')
  const address = make('input')
  const answer = make('pre')
  answer.hidden = true
  address.value = path
  address.setAttribute('aria-label', 'Address to try')
  address.addEventListener('keydown', async (event) => {
    if (event.key !== 'Enter') return
    const response = await fetch(address.value)
    const kind = response.headers.get('content-type') ?? ''
    const body = kind.includes('json') || kind.startsWith('text/') ? await response.text() : `${(await response.arrayBuffer()).byteLength} bytes of ${kind}`
    answer.hidden = false
    answer.textContent = `${response.status}\n${body.slice(0, 20000)}`
  })
  box.append(make('summary', 'Try it: edit the address and press Enter'), address, answer)
  return box
}

const show = (path, method, operation, shapes) => {
  const section = make('section')
  const title = make('h2')
  title.append(make('span', method.toUpperCase(), 'method'), make('code', path))
  section.append(title, make('p', operation.description ?? operation.summary ?? ''))
  const body = operation.requestBody?.content?.['application/json']?.schema
  if (operation.parameters?.length) {
    const table = make('table')
    table.append(...operation.parameters.map(parameterRow))
    section.append(table)
  }
  if (body) section.append(make('p', `Body: ${typeOf(body)}`, 'muted'))
  section.append(answerOf(operation, shapes))
  if (method === 'get' && !path.endsWith('/live')) section.append(attempt(path))
  return section
}

const load = async () => {
  const document_ = await (await fetch('/api/openapi.json')).json()
  const about = document.getElementById('about')
  about.textContent = `${document_.info.description} Version ${document_.info.version}. `
  const link = make('a', '/api/openapi.json')
  link.href = '/api/openapi.json'
  about.append(link)
  const operations = Object.entries(document_.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => show(path, method, operation, document_.components.schemas)),
  )
  document.getElementById('operations').append(...operations)
}

load()
