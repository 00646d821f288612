import * as v from 'valibot';
import type { Resource, ValueOf } from './operation.ts';
import { time } from './values.ts';

/** null: no request has come by that family. `last` is exact to a day. */
const times = v.nullable(v.object({ first: time, last: time }));

const outsideAnswer = v.object({ ipv4: times, ipv6: times });

/** When requests from public addresses have arrived. */
export const outside = {
	read: { method: 'GET', path: '/api/outside', status: 200, answer: outsideAnswer },
} as const satisfies Resource;

export type Outside = ValueOf<typeof outsideAnswer>;
