/** The types of d3.js, as far as the pages use it; of d3's own, which are more general. */

/** A scale: a function from numbers of its domain to places. */
export interface Scale {
  (value: number): number;
  invert(place: number): number;
  domain(): number[];
  range(): number[];
  clamp(isClamped: boolean): this;
  nice(count?: number): this;
  ticks(count?: number): number[];
  tickFormat(count?: number, specifier?: string): (value: number) => string;
}

type Accessor<Item, Value> = Value | ((item: Item, index: number) => Value);

/** Makes the attribute d of a path; null of no points. */
interface Shape<Item> {
  (items: Iterable<Item>): string | null;
  digits(digits: number): this;
  defined(isDefined: Accessor<Item, boolean>): this;
  x(x: Accessor<Item, number>): this;
}

export interface Line<Item> extends Shape<Item> {
  y(y: Accessor<Item, number>): this;
}

export interface Area<Item> extends Shape<Item> {
  y0(y: Accessor<Item, number>): this;
  y1(y: Accessor<Item, number>): this;
}

export const d3: {
  extent(values: Iterable<number>): [number, number] | [undefined, undefined];
  extent<Item>(values: Iterable<Item>, valueOf: (item: Item) => number): [number, number] | [undefined, undefined];
  ticks(from: number, to: number, count: number): number[];
  scaleLinear(domain: Iterable<number>, range: Iterable<number>): Scale;
  scaleLog(domain: Iterable<number>, range: Iterable<number>): Scale;
  area(): Area<any>;
  line(): Line<number> & Line<[number, number]>;
};
