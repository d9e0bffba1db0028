// Feeds read in turns, as turn_bench.c does it: node parse.mjs feedsmith|rss-parser FILE…
import fs from 'node:fs'
import readline from 'node:readline'
import { parseFeed } from 'feedsmith'
import RssParser from 'rss-parser'

const [name, ...files] = process.argv.slice(2)
const bodies = files.map((file) => fs.readFileSync(file))

async function itemsOf(body) {
  const text = body.toString('utf8')
  if (name === 'rss-parser') return (await new RssParser().parseString(text)).items.length
  const { feed } = parseFeed(text)
  return (feed.items ?? feed.entries ?? []).length
}

for (const body of bodies) console.log('items\t' + (await itemsOf(body).catch(() => -1)))
for await (const line of readline.createInterface({ input: process.stdin })) {
  const before = process.cpuUsage()
  for (const at of line.trim().split(' ')) await itemsOf(bodies[Number(at)])
  const used = process.cpuUsage(before)
  console.log('cpu\t' + (used.user + used.system) / 1e6)
}
