// Drives the Verilated econ_chip as bench/simulation.js drives our simulator: reset, register script over the
// I2C pins, then link words one BX after the other. Prints an FNV-1a hash of all output words and the processor
// seconds of load and stream.
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>
#include "Vecon_chip.h"
#include "verilated.h"

static Vecon_chip *chip;
static bool pull = false;
static long clocks = 0;

static void step() {
  chip->clk_i = 1;
  chip->eval();
  chip->clk_i = 0;
  chip->eval();
  clocks++;
}
static void line() { chip->sda_i = !(pull || chip->sda_oe_o); }
static void wait(int n) {
  for (; n > 0; n--) {
    step();
    line();
  }
}
static const int half = 8;
static int bit(int value) {
  wait(half / 2);
  pull = !value;
  line();
  wait(half / 2);
  chip->scl_i = 1;
  wait(half);
  int seen = chip->sda_i;
  chip->scl_i = 0;
  return seen;
}
static void start() {
  wait(half);
  pull = true;
  line();
  wait(half);
  chip->scl_i = 0;
}
static void stop() {
  wait(half / 2);
  pull = true;
  line();
  wait(half / 2);
  chip->scl_i = 1;
  wait(half);
  pull = false;
  line();
  wait(2 * half);
}
static bool send(int byte) {
  for (int b = 7; b >= 0; b--) bit((byte >> b) & 1);
  return bit(1) == 0;
}
static double seconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}
static std::vector<uint8_t> bytes(const char *path) {
  std::vector<uint8_t> out;
  FILE *f = fopen(path, "rb");
  for (int c; f && (c = fgetc(f)) != EOF;) out.push_back(c);
  if (f) fclose(f);
  return out;
}

int main(int argc, char **argv) {
  int repeats = argc > 1 ? atoi(argv[1]) : 1;
  auto script = bytes("script.bin");
  auto input = bytes("words.bin");
  chip = new Vecon_chip;
  chip->rst_ni = 0;
  chip->scl_i = chip->sda_i = 1;
  chip->strap_i = 0;
  for (int j = 0; j < 12; j++) chip->link_i[j] = 0xa0000000u;
  for (int i = 0; i < 4; i++) step();
  chip->rst_ni = 1;
  wait(8);
  double t0 = seconds();
  bool good = true;
  for (size_t at = 0; at + 4 <= script.size();) {
    int length = script[at] << 8 | script[at + 1];
    start();
    good &= send(0x40) & send(script[at + 2]) & send(script[at + 3]);
    at += 4;
    for (int i = 0; i < length; i++) good &= send(script[at++]);
    stop();
  }
  wait(2000);
  double t1 = seconds();
  long load = clocks;
  auto words = reinterpret_cast<const uint32_t *>(input.data());
  long rows = input.size() / 48;
  uint32_t hash = 2166136261u;
  for (int r = 0; r < repeats; r++) {
    for (long k = 0; k < rows; k++) {
      for (int j = 0; j < 12; j++) chip->link_i[j] = words[12 * k + j];
      step();
      // The first words belong to the idle time before, which is not the same in both simulators.
      if (r == 0 && k < 32) continue;
      for (int j = 0; j < 13; j++) hash = (hash ^ chip->link_o[j]) * 16777619u;
    }
  }
  double t2 = seconds();
  printf("%s %08x %ld %.6f %ld %.6f\n", good ? "ok" : "refused", hash, load, t1 - t0, rows * repeats, t2 - t1);
  return 0;
}
