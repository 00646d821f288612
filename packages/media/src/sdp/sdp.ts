/** A description of a session (RFC 8866), as far as a client of RTSP needs it. */
export interface SessionDescription {
	/** `a=control` of the whole session. */
	readonly control: string | undefined;
	readonly media: readonly MediaDescription[];
}

export interface MediaDescription {
	/** `video`, `audio`, `application` … */
	readonly kind: string;
	readonly control: string | undefined;
	/** In the order of preference. */
	readonly formats: readonly PayloadFormat[];
}

/** One way in which a medium may come. */
export interface PayloadFormat {
	readonly payloadType: number;
	/** As in `a=rtpmap`, in capitals: `H264`; of the types that need no `rtpmap`, what RFC 3551 says. Undefined: not said. */
	readonly encoding: string | undefined;
	/** `a=fmtp`: names in lower case. */
	readonly parameters: ReadonlyMap<string, string>;
}

/** RFC 3551, table 5, and the sound of table 4 that cameras have. */
const STATIC_TYPES: Readonly<Record<number, string>> = {
	0: 'PCMU',
	8: 'PCMA',
	26: 'JPEG',
	31: 'H261',
	32: 'MPV',
	33: 'MP2T',
	34: 'H263',
};
/** More than any camera has. */
const MAX_MEDIA = 32;
const MAX_FORMATS = 32;

interface Section {
	readonly kind: string;
	readonly payloadTypes: readonly number[];
	readonly attributes: Attribute[];
}

interface Attribute {
	readonly name: string;
	readonly value: string;
}

/**
 * Reads a description as forgivingly as players do: lines may end in any way, stand in any order, and be of no use. Of what
 * cannot be read nothing is taken, and nothing is thrown: a description without media has none.
 */
export function readSdp(text: string): SessionDescription {
	const session: Section = { kind: '', payloadTypes: [], attributes: [] };
	const sections: Section[] = [session];
	for (const line of text.split(/[\r\n\0]+/)) {
		const [, type, value = ''] = /^\s*([a-z])\s*=\s*(.*?)\s*$/i.exec(line) ?? [];
		if (type === 'm' && sections.length <= MAX_MEDIA) sections.push(mediaSection(value));
		else if (type === 'a') sections.at(-1)?.attributes.push(attributeOf(value));
	}
	const media = sections.slice(1);
	return { control: firstValue(session, 'control'), media: media.map((section) => mediaOf(section, sections)) };
}

function mediaSection(value: string): Section {
	const [kind = '', , , ...types] = value.split(/\s+/);
	const payloadTypes = types.map(Number).filter((type) => Number.isInteger(type) && type >= 0 && type < 128);
	return { kind: kind.toLowerCase(), payloadTypes: payloadTypes.slice(0, MAX_FORMATS), attributes: [] };
}

function attributeOf(line: string): Attribute {
	const [, name = '', value = ''] = /^([^:]*?)\s*(?::\s*(.*))?$/.exec(line) ?? [];
	return { name: name.toLowerCase(), value };
}

function mediaOf(section: Section, all: readonly Section[]): MediaDescription {
	const { kind, payloadTypes } = section;
	return {
		kind,
		control: firstValue(section, 'control'),
		formats: payloadTypes.map((type) => formatOf(type, section, all)),
	};
}

function formatOf(payloadType: number, section: Section, all: readonly Section[]): PayloadFormat {
	const mapped = attributeFor(payloadType, 'rtpmap', section)?.split('/')[0]?.trim().toUpperCase();
	const encoding = mapped === undefined || mapped === '' ? STATIC_TYPES[payloadType] : mapped;
	return { payloadType, encoding, parameters: parametersIn(parameterText(payloadType, section, all)) };
}

/** There are cameras that put them at another medium, or behind another number. */
function parameterText(payloadType: number, section: Section, all: readonly Section[]): string {
	const own = [section, ...all].map((each) => attributeFor(payloadType, 'fmtp', each));
	const only = section.attributes.filter(({ name }) => name === 'fmtp');
	const misnumbered = only.length === 1 && section.payloadTypes.length === 1 ? only[0]?.value : undefined;
	return own.find((text) => text !== undefined) ?? misnumbered?.replace(/^\d+\s+/, '') ?? '';
}

/** What `a=NAME:TYPE …` says for this type. */
function attributeFor(payloadType: number, wanted: string, { attributes }: Section): string | undefined {
	for (const { name, value } of attributes) {
		const [, type, rest] = /^(\d+)\s+(.*)$/.exec(value) ?? [];
		if (name === wanted && Number(type) === payloadType) return rest;
	}
	return undefined;
}

function firstValue({ attributes }: Section, wanted: string): string | undefined {
	const value = attributes.find(({ name }) => name === wanted)?.value;
	return value === '' ? undefined : value;
}

function parametersIn(text: string): ReadonlyMap<string, string> {
	const pairs = text.split(';').map((pair): [string, string] => {
		const at = pair.indexOf('=');
		return at < 0
			? [pair.trim().toLowerCase(), '']
			: [pair.slice(0, at).trim().toLowerCase(), pair.slice(at + 1).trim()];
	});
	return new Map(pairs.filter(([name]) => name !== ''));
}
