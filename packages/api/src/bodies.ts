import { CAMERA_NAME } from '@oriel/base';
import * as v from 'valibot';
import {
	MAX_CAMERAS_NAMED,
	MAX_LABEL_LENGTH,
	MAX_NAME_LENGTH,
	MAX_PASSWORD_LENGTH,
	MAX_SHARE_LINK_DAYS,
} from './limits.ts';

// Apart from the operations, which name them: the page needs only the types of what it sends.

/** `length` counts UTF-16 code units, the limits count characters. The relay checks those, with words of its own. */
const UNITS_PER_CHARACTER = 4;

/** A camera's name. */
const cameraName = v.pipe(
	v.string(),
	v.regex(CAMERA_NAME, 'expected 1 to 63 lowercase letters, digits and hyphens, not beginning with a hyphen'),
);
/** Some cameras by name. */
const cameraNames = v.pipe(v.array(cameraName), v.maxLength(MAX_CAMERAS_NAMED));
/** A secret, or text that a user entered as one. */
const secretText = v.pipe(v.string(), v.maxLength(MAX_PASSWORD_LENGTH * UNITS_PER_CHARACTER));
/** A person's name, as typed. */
const nameText = v.pipe(v.string(), v.maxLength(MAX_NAME_LENGTH * UNITS_PER_CHARACTER));
/** What something is for, in its owner's words. */
const label = v.pipe(v.string(), v.maxLength(MAX_LABEL_LENGTH));
/** From now on. */
const lifetimeSeconds = v.pipe(
	v.number(),
	v.integer(),
	v.minValue(60),
	v.maxValue(MAX_SHARE_LINK_DAYS * 86_400, `at most ${MAX_SHARE_LINK_DAYS} days are possible`),
);

const role = v.picklist(['owner', 'viewer'], 'expected owner or viewer');
/** Longest name that a machine may give itself. */
const MACHINE_LENGTH = 100;

/** What requests carry, by the names that operations have for it. */
export const bodies = {
	/** What opens a session. */
	openSession: v.union([
		v.strictObject({ password: secretText, name: v.optional(nameText, 'owner') }),
		/** The token of a sign-in link. */
		v.strictObject({ link: secretText }),
		/** The token of a share link. */
		v.strictObject({ share: secretText }),
	]),
	completeSetup: v.strictObject({ token: secretText, password: secretText }),
	changePassword: v.strictObject({ current: secretText, password: secretText }),
	addPerson: v.strictObject({ name: nameText, role, cameras: v.optional(v.nullable(cameraNames), null) }),
	changePerson: v.strictObject({ role: v.optional(role), cameras: v.optional(v.nullable(cameraNames)) }),
	lookAtInvitation: v.strictObject({ token: secretText }),
	acceptInvitation: v.strictObject({ token: secretText, password: secretText }),
	addLink: v.strictObject({
		cameras: v.pipe(cameraNames, v.minLength(1, 'expected at least one camera')),
		label: v.optional(label, ''),
		/** Without it: a day. */
		expiresInSeconds: v.optional(lifetimeSeconds),
		maxViewers: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10_000))), null),
	}),
	addToken: v.strictObject({
		label,
		/** null: all, also those to come. */
		cameras: v.optional(v.nullable(cameraNames), null),
		/** null: until it is revoked. */
		expiresInSeconds: v.optional(v.nullable(lifetimeSeconds), null),
	}),
	startPairing: v.strictObject({
		camera: cameraName,
		/** Whether the camera's earlier keys end when the code is spent. */
		replace: v.optional(v.boolean(), false),
	}),
	spendCode: v.strictObject({
		code: secretText,
		/** What the machine calls itself; the owner sees it. */
		machine: v.optional(v.pipe(v.string(), v.maxLength(MACHINE_LENGTH))),
	}),
	/** `reset`: back to what was set on the camera's machine. */
	changeControls: v.object({
		reset: v.optional(v.boolean(), false),
		values: v.optional(v.array(v.object({ name: v.string(), value: v.pipe(v.number(), v.finite()) })), []),
	}),
};

export type Bodies = typeof bodies;
