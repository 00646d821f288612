import * as api from '@oriel/api';
import { type Clock, type Millis, millis } from '@oriel/base';
import { MAX_CONTROLS } from '@oriel/protocol';
import type { EventLog } from '../auth/event-log.ts';
import type { Action, Principal } from '../auth/policy.ts';
import type { Camera } from '../core/camera.ts';
import type { Control, ControlRequest } from '../core/controls.ts';
import { findCamera } from '../core/find.ts';
import type { Hub } from '../core/hub.ts';
import { RelayError } from '../errors/relay-error.ts';
import { readBody } from '../http/body.ts';
import { sendAnswer } from '../http/respond.ts';
import { endpoint, type Route } from '../http/route.ts';
import { visitorOf } from './visitor.ts';

/** A slider that is drawn is one event a minute, not a hundred: the log has room for other things. */
const EVENT_EVERY_MS: Millis = 60_000;

export interface ControlRouteOptions {
	readonly hub: Hub;
	readonly clock: Clock;
	readonly events: EventLog;
}

/** What the owner may change at a camera, as far as its agent offers it. */
export function controlRoutes({ hub, clock, events }: ControlRouteOptions): Route<Principal, Action>[] {
	const noted = new WeakMap<Camera, number>();
	const isToNote = (camera: Camera) => {
		const before = noted.get(camera);
		const now = millis(clock.now());
		if (before !== undefined && now - before < EVENT_EVERY_MS) return false;
		noted.set(camera, now);
		return true;
	};
	return [
		{
			...endpoint(api.controls.read),
			action: 'control.read',
			handle: ({ response, params }) =>
				sendAnswer(response, api.controls.read, describe(findCamera(hub, params.camera))),
		},
		{
			...endpoint(api.controls.change),
			action: 'control.change',
			async handle(exchange) {
				const camera = findCamera(hub, exchange.params.camera);
				const { reset, values } = await readBody(exchange.request, api.controls.change, clock);
				check(camera, { reset, values });
				if (isToNote(camera)) {
					const changes = values.map(({ name, value }) => `${name} ${value}`);
					const about = `${camera.name}: ${[...(reset ? ['reset'] : []), ...changes].join(', ')}`;
					events.record({ kind: 'camera-controlled', about, ...visitorOf(exchange) });
				}
				if ((await camera.control({ reset, values })) === 'silent') {
					throw new RelayError('timed-out', 'The camera did not say in time whether it has made the change');
				}
				sendAnswer(exchange.response, api.controls.change, describe(camera));
			},
		},
	];
}

/** The agent checks everything again: this is for words that say what was wrong. */
function check({ controls: report }: Camera, { reset, values }: Omit<ControlRequest, 'number'>): void {
	if (!report) throw new RelayError('not-supported', 'Nothing can be changed at this camera from here now');
	if (!reset && values.length === 0) throw new RelayError('bad-request', 'values: expected at least one, or reset');
	if (values.length > MAX_CONTROLS) {
		throw new RelayError(
			'bad-request',
			`values: ${values.length} were given; at most ${MAX_CONTROLS} are taken at once`,
		);
	}
	for (const { name, value } of values) {
		const control = report.controls.find((one) => one.name === name);
		if (!control) throw new RelayError('bad-request', `The camera has no control "${name}" now`);
		if (!takes(control, value)) throw new RelayError('bad-request', `${name}: ${value} is not a value that it takes`);
	}
}

function takes({ kind, min, max, choices }: Control, value: number): boolean {
	if (kind === 'menu') return choices.some((choice) => choice.value === value);
	return kind === 'switch' ? value === 0 || value === 1 : value >= min && value <= max;
}

function describe({ controls: report }: Camera): api.CameraControls {
	if (!report) return { isOffered: false, controls: [], state: 'ready', isChanged: false, problem: null };
	const { controls, state, isChanged, problem = null } = report;
	return { isOffered: true, controls, state, isChanged, problem };
}
