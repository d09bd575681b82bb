/** Numbers that depend on a seed alone. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed * 2654435761;
  }

  /** 0 to sides - 1. */
  roll(sides: number): number {
    this.state = (Math.imul(this.state ^ (this.state >>> 15), 2246822519) + 3266489917) | 0;
    return ((this.state ^ (this.state >>> 13)) >>> 0) % sides;
  }

  /** Whether something of so many percent happens. */
  chance(percent: number): boolean {
    return this.roll(100) < percent;
  }
}
