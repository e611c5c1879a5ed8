// The emulator's own tests need it too, and the emulator imports nothing from outside of its room.
export { ewsSchemaMissing, validateEws } from "../emulator/ews/schema.ts";
