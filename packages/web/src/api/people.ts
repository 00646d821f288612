import { type Invited, type NewPerson, type Person, type PersonChange, people } from '@oriel/api';
import { type Answer, mapAnswer } from './answer.ts';
import { call } from './call.ts';
import { linkTo } from './link-to.ts';

/** A link by which a person chooses a password, shown once. */
export interface MadeInvitation extends Pick<Invited, 'person' | 'expiresAt'> {
	readonly link: string;
}

export async function listPeople(): Promise<Answer<readonly Person[]>> {
	return mapAnswer(await call(people.list, {}), (answer) => answer.people);
}

/** Adds a person, with a first invitation. */
export async function addPerson(body: NewPerson): Promise<Answer<MadeInvitation>> {
	return mapAnswer(await call(people.add, { body }), madeOf);
}

/** Changes what a person may do; what they have open follows. */
export async function changePerson(id: string, body: PersonChange): Promise<Answer<undefined>> {
	return mapAnswer(await call(people.change, { params: { person: id }, body }), () => undefined);
}

/** Takes a person away: whatever they have open ends. */
export function removePerson(id: string): Promise<Answer<undefined>> {
	return call(people.remove, { params: { person: id } });
}

/** A new invitation for a person who lost the link or the password; an earlier one is void. */
export async function invitePerson(id: string): Promise<Answer<MadeInvitation>> {
	return mapAnswer(await call(people.invite, { params: { person: id } }), madeOf);
}

function madeOf({ person, path, expiresAt }: Invited): MadeInvitation {
	return { person, link: linkTo(path), expiresAt };
}
