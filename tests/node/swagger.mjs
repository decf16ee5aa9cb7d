// Opens the page of the API document in Chromium, tries an operation out as a reader does, and prints what was sent and answered.
//   node swagger.mjs ADDRESS OPERATION IMAGE
import { chromium } from 'playwright-core';

const [address, operation, image] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
try {
    const page = await browser.newPage();
    const faults = [];
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    await page.goto(`${address}/swagger/index.html`);
    const block = page.locator(`#operations-Explain-${operation}`);
    await block.locator('.opblock-summary-control').click();
    await block.getByRole('button', { name: 'Try it out' }).click();
    await block.locator('.parameters input[placeholder="model"]').fill('demo');
    await block.locator('input[type=file]').setInputFiles(image);
    const answer = page.waitForResponse((response) => response.request().method() === 'POST');
    await block.getByRole('button', { name: 'Execute' }).click();
    const response = await answer;
    const type = response.headers()['content-type'];
    console.log(JSON.stringify({
        url: response.url(),
        sent: [...(response.request().postDataBuffer()?.toString('latin1') ?? '').matchAll(/form-data; name="(\w+)"/g)].map((part) => part[1]),
        status: response.status(),
        type,
        text: type.includes('json') ? await response.text() : null,
        faults,
    }));
} finally {
    await browser.close();
}
