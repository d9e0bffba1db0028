// What a person would write in an afternoon: fetch a feed, keep items with a word, serve them; answers are kept for five
// minutes, ready to be sent. node filter.mjs PORT; GET /?url=…&word=…&parser=feedsmith|rss-parser&fresh=1 (fresh: not kept)
import http from 'node:http'
import { parseFeed, generateAtomFeed } from 'feedsmith'
import RssParser from 'rss-parser'

const KEPT_MS = 5 * 60 * 1000
const kept = new Map()

// An entry as both parsers give it, under one set of names.
async function entriesOf(text, parser) {
  if (parser === 'rss-parser') {
    const feed = await new RssParser().parseString(text)
    return feed.items.map((i) => ({ id: i.id, title: i.title, link: i.link, date: i.pubDate, text: i.summary ?? i.content ?? '' }))
  }
  const { feed } = parseFeed(text)
  return feed.entries.map((e) => ({
    id: e.id, title: e.title?.value ?? e.title, link: e.links?.[0]?.href, date: e.updated,
    text: e.summary?.value ?? e.summary ?? '',
  }))
}

async function answer(url, word, parser) {
  const text = await (await fetch(url)).text()
  const wanted = word.toLowerCase()
  const entries = (await entriesOf(text, parser))
    .filter((e) => (e.title + ' ' + e.text).toLowerCase().includes(wanted))
    .map((e) => ({
      id: e.id, title: { value: e.title, type: 'text' }, updated: new Date(e.date), links: [{ href: e.link }],
      summary: { value: e.text, type: 'text' },
    }))
  const made = generateAtomFeed({ id: url, title: { value: 'Papers', type: 'text' }, updated: new Date(entries[0]?.updated ?? 0), entries })
  return Buffer.from(made)
}

const server = http.createServer(async (request, response) => {
  const query = new URL(request.url, 'http://localhost').searchParams
  const now = Date.now()
  try {
    let found = kept.get(request.url)
    if (!found || found.until < now || query.has('fresh')) {
      found = { body: await answer(query.get('url'), query.get('word') ?? '', query.get('parser')), until: now + KEPT_MS }
      kept.set(request.url, found)
    }
    response.writeHead(200, { 'content-type': 'application/atom+xml', 'content-length': found.body.length })
    response.end(found.body)
  } catch (problem) {
    response.writeHead(502, { 'content-type': 'text/plain' })
    response.end(String(problem?.stack ?? problem))
  }
})
server.listen(Number(process.argv[2]), '127.0.0.1')
