// `long-way.mjs LISTEN HOST PORT DELAY_MS`: makes what goes through it late.
import { LongWay } from '../../test/support/dist/long-way.js';

const [listen, host, port, delayMs] = process.argv.slice(2);
await LongWay.open({
	listen: { host: '0.0.0.0', port: Number(listen) },
	host,
	port: Number(port),
	delayMs: Number(delayMs),
});
