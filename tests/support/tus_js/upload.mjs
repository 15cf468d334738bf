// Uploads files with the real tus-js-client: node upload.mjs FOLDER-WITH-NODE_MODULES < plan.json
//
// The plan: { endpoint, uploads: [{ file, headers, metadata, options, storage, switchOffAt, giveUpAt }] }.
// storage: where the client remembers addresses, so that another process can go on; switchOffAt: fraction of the
// file at which this process ends without a word; giveUpAt: fraction at which the user cancels.
// Prints a JSON array: { ok, status, body, sent, retries, resumed } for each upload, in order.

import fs from 'node:fs';
import { createRequire } from 'node:module';

const tus = createRequire(`${process.argv[2]}/`)('tus-js-client');
const plan = JSON.parse(fs.readFileSync(0, 'utf8'));

function run(one) {
  const size = fs.statSync(one.file).size;
  const told = { ok: false, status: 0, body: '', sent: 0, retries: 0, resumed: false };
  let before = 0;
  return new Promise((settle) => {
    const upload = new tus.Upload(fs.createReadStream(one.file), {
      endpoint: plan.endpoint,
      headers: one.headers,
      metadata: one.metadata,
      retryDelays: [0, 100, 300, 1000, 2000, 4000, 8000, 8000, 8000, 8000],
      ...one.options,
      ...(one.storage ? { urlStorage: new tus.FileUrlStorage(one.storage) } : {}),
      onShouldRetry: (error) => {
        told.retries += 1;
        before = 0;
        const status = error.originalResponse ? error.originalResponse.getStatus() : 0;
        return status === 0 || status >= 500 || status === 409 || status === 423;
      },
      onProgress: (at) => {
        if (before && at > before) told.sent += at - before;
        before = at;
        if (one.switchOffAt && at >= one.switchOffAt * size) process.exit(9);
        if (one.giveUpAt && at >= one.giveUpAt * size) {
          upload.abort(true).then(() => settle({ ...told, ok: true }), (e) => settle({ ...told, body: String(e) }));
        }
      },
      onSuccess: () => settle({ ...told, ok: true }),
      onError: (error) => {
        const answer = error.originalResponse;
        settle({ ...told, status: answer ? answer.getStatus() : 0, body: answer ? answer.getBody() : String(error) });
      },
    });
    if (!one.storage) {
      upload.start();
      return;
    }
    upload.findPreviousUploads().then((known) => {
      if (known.length) {
        told.resumed = true;
        upload.resumeFromPreviousUpload(known[0]);
      }
      upload.start();
    });
  });
}

console.log(JSON.stringify(await Promise.all(plan.uploads.map(run))));
