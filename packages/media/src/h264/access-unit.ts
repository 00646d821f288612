import { annexBOf } from './annexb.ts';
import { isForbidden, NAL, nalType } from './nal.ts';

/** All of one picture (ISO/IEC 14496-10 3.1, access unit), with the parameter sets and messages that came with it. */
export interface AccessUnit {
	/**
	 * An IDR picture: decoding can begin here. A picture with a recovery point SEI is no key: browsers refuse to begin
	 * with one, and from it they show grey until it has recovered.
	 */
	readonly key: boolean;
	/**
	 * NAL units of the types 1 to 8, each behind a start code of 4 bytes. The rest is left out: delimiters, fillers and
	 * end marks cost bytes and say nothing here, and of other layers (14, 15, 19, 20) no browser knows.
	 */
	readonly annexB: Uint8Array;
	/** An SPS and a PPS are in it. */
	readonly hasParameterSets: boolean;
	/**
	 * False if a picture before it and behind the last key was lost or torn: what is decoded from here is wrong until
	 * the next key. A key is always intact.
	 */
	readonly intact: boolean;
}

/** The access unit made of these NAL units; undefined if no part of a picture is among them. */
export function accessUnitOf(nals: readonly Uint8Array[], intact: boolean): AccessUnit | undefined {
	const kept = nals.filter((nal) => isKept(nal));
	const types = kept.map(nalType);
	if (!types.some((type) => type <= NAL.idr)) return undefined;
	const key = types.includes(NAL.idr);
	const hasParameterSets = types.includes(NAL.sps) && types.includes(NAL.pps);
	return { key, annexB: annexBOf(kept), hasParameterSets, intact: intact || key };
}

/** Whether a unit goes on to viewers. */
export function isKept(nal: Uint8Array): boolean {
	const type = nalType(nal);
	return type >= NAL.slice && type <= NAL.pps && !isForbidden(nal);
}
