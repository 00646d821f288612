import type { GenericSchema, InferInput, InferOutput } from 'valibot';
import type { Bodies } from './bodies.ts';

/** One request of the HTTP API: where it goes, what it carries, and what a success answers. */
export interface Operation {
	readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
	/** Literal segments and `:names`. */
	readonly path: string;
	/** Names of the parameters that may follow `?`. */
	readonly query?: readonly string[];
	/** JSON, as the schema of this name in bodies.ts; none: the body is not JSON, or there is none. */
	readonly body?: keyof Bodies;
	/** Of a success. */
	readonly status: 200 | 201 | 204;
	/** JSON; none: the answer is of the type `media`, or empty. */
	readonly answer?: GenericSchema;
	/** The type of an answer that is not JSON. */
	readonly media?: string;
}

/** An operation that answers with JSON. */
export interface JsonOperation extends Operation {
	readonly answer: GenericSchema;
}

/** An operation that takes JSON. */
export interface OperationWithBody extends Operation {
	readonly body: keyof Bodies;
}

/** The operations of one resource by name. */
export type Resource = Readonly<Record<string, Operation>>;

/** What an operation answers; undefined where that is not JSON. */
export type AnswerOf<O extends Operation> = O extends { readonly answer: infer S extends GenericSchema }
	? ValueOf<S>
	: undefined;

/** What a client sends. */
export type BodyOf<O extends Operation> = O extends { readonly body: infer Name extends keyof Bodies }
	? DeepReadonly<InferInput<Bodies[Name]>>
	: undefined;

/** The `:names` of a path. */
export type ParamsOf<Path extends string> = Path extends `${string}/:${infer Rest}`
	? Rest extends `${infer Name}/${infer More}`
		? Name | ParamsOf<`/${More}`>
		: Rest
	: never;

/** What a schema gives. */
export type ValueOf<S extends GenericSchema> = DeepReadonly<InferOutput<S>>;

type DeepReadonly<T> = T extends readonly (infer Item)[]
	? readonly DeepReadonly<Item>[]
	: T extends object
		? { readonly [Key in keyof T]: DeepReadonly<T[Key]> }
		: T;
