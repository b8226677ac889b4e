/** What the target can read and write. */
export interface RegisterBus {
  read(address: number): number;
  /** False refuses the byte: no acknowledge. */
  write(address: number, byte: number): boolean;
}

/** The I2C target between START and STOP, in whole bytes: what a host sees of econ_i2c_target.v. */
export interface I2cTarget {
  start(): void;
  /** A byte from the host; true when acknowledged. */
  send(byte: number): boolean;
  /** A byte to the host (255 when the target does not drive the bus); `more` is the host's acknowledge. */
  receive(more: boolean): number;
  stop(): void;
  /** Register address of the next byte. */
  readonly address: number;
}

type State = 'idle' | 'device' | 'high' | 'low' | 'write' | 'read' | 'ignore';

export function createI2cTarget(device: number, bus: RegisterBus): I2cTarget {
  let state: State = 'idle';
  let address = 0;
  return {
    get address() {
      return address;
    },
    start() {
      state = 'device';
    },
    stop() {
      state = 'idle';
    },
    send(byte) {
      switch (state) {
        case 'device':
          state = byte >> 1 !== device ? 'ignore' : byte & 1 ? 'read' : 'high';
          return state !== 'ignore';
        case 'high':
          address = (byte << 8) | (address & 255);
          state = 'low';
          return true;
        case 'low':
          address = (address & 0xff00) | byte;
          state = 'write';
          return true;
        case 'write':
          if (!bus.write(address, byte)) {
            state = 'ignore';
            return false;
          }
          address = (address + 1) & 0xffff;
          return true;
        default:
          return false;
      }
    },
    receive(more) {
      if (state !== 'read') return 255;
      const byte = bus.read(address);
      address = (address + 1) & 0xffff;
      if (!more) state = 'ignore';
      return byte;
    },
  };
}
