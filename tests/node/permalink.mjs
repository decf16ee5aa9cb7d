// A page of another origin shows an image by its permalink and reads it afterwards, in Chromium; prints what it got.
//   node permalink.mjs ADDRESS_OF_THE_IMAGE PORT_OF_THE_PAGE
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const [image, port] = process.argv.slice(2);
const server = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>page</title>'));
await new Promise((listening) => server.listen(Number(port), '127.0.0.1', listening));
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${port}/`);
    const got = await page.evaluate(async (address) => {
        const shown = document.createElement('img');
        const width = await new Promise((done) => {
            shown.onload = () => done(shown.naturalWidth);
            shown.onerror = () => done(0);
            shown.src = address;
            document.body.append(shown);
        });
        try {
            const answer = await fetch(address);
            return { width, status: answer.status, bytes: (await answer.arrayBuffer()).byteLength };
        } catch (error) {
            return { width, error: String(error) };
        }
    }, image);
    console.log(JSON.stringify(got));
} finally {
    await browser.close();
    server.close();
}
