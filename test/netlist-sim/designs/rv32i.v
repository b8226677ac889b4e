// RV32I (integer instructions, no CSR) in one cycle, with its program in a ROM and a RAM with byte enables.
module rv32i #(
  parameter PROGRAM = "program.hex"
) (
  input         clk,
  input         rst_n,
  input  [31:0] in_port,
  output reg [31:0] out_port,
  output reg        out_valid,
  output [31:0] pc_o,
  output        halted
);
  reg [31:0] rom [0:255];
  reg [31:0] ram [0:255];
  reg [31:0] x [1:31];
  integer k;
  initial begin
    for (k = 0; k < 256; k = k + 1) rom[k] = 32'h00000013;
    for (k = 0; k < 256; k = k + 1) ram[k] = 32'd0;
    for (k = 1; k < 32; k = k + 1) x[k] = 32'd0;
    $readmemh(PROGRAM, rom);
  end
  reg [31:0] pc;
  wire [31:0] ir = rom[pc[9:2]];
  wire [6:0] opcode = ir[6:0];
  wire [2:0] f3 = ir[14:12];
  wire [4:0] rd = ir[11:7];
  wire [31:0] a = ir[19:15] == 5'd0 ? 32'd0 : x[ir[19:15]];
  wire [31:0] b = ir[24:20] == 5'd0 ? 32'd0 : x[ir[24:20]];
  wire [31:0] imm_i = {{20{ir[31]}}, ir[31:20]};
  wire [31:0] imm_s = {{20{ir[31]}}, ir[31:25], ir[11:7]};
  wire [31:0] imm_b = {{19{ir[31]}}, ir[31], ir[7], ir[30:25], ir[11:8], 1'b0};
  wire [31:0] imm_j = {{11{ir[31]}}, ir[31], ir[19:12], ir[20], ir[30:21], 1'b0};
  wire is_imm = opcode == 7'b0010011;
  wire is_reg = opcode == 7'b0110011;
  wire is_store = opcode == 7'b0100011;

  wire [31:0] y = is_imm ? imm_i : b;
  wire alternate = ir[30] & (is_reg | f3 == 3'b101);
  reg [31:0] alu;
  always @*
    case (f3)
      3'b000: alu = alternate ? a - y : a + y;
      3'b001: alu = a << y[4:0];
      3'b010: alu = {31'd0, $signed(a) < $signed(y)};
      3'b011: alu = {31'd0, a < y};
      3'b100: alu = a ^ y;
      3'b101: begin
        // Signedness of both branches must agree: hence two statements.
        if (alternate) alu = $signed(a) >>> y[4:0];
        else alu = a >> y[4:0];
      end
      3'b110: alu = a | y;
      default: alu = a & y;
    endcase

  reg taken;
  always @*
    case (f3)
      3'b000: taken = a == b;
      3'b001: taken = a != b;
      3'b100: taken = $signed(a) < $signed(b);
      3'b101: taken = $signed(a) >= $signed(b);
      3'b110: taken = a < b;
      3'b111: taken = a >= b;
      default: taken = 1'b0;
    endcase

  wire [31:0] address = a + (is_store ? imm_s : imm_i);
  wire io = address[31];
  wire [31:0] word = io ? in_port : ram[address[9:2]];
  wire [31:0] shifted = word >> {address[1:0], 3'b000};
  reg [31:0] loaded;
  always @*
    case (f3)
      3'b000: loaded = {{24{shifted[7]}}, shifted[7:0]};
      3'b001: loaded = {{16{shifted[15]}}, shifted[15:0]};
      3'b100: loaded = {24'd0, shifted[7:0]};
      3'b101: loaded = {16'd0, shifted[15:0]};
      default: loaded = word;
    endcase
  wire [3:0] lanes = (f3[1] ? 4'b1111 : f3[0] ? 4'b0011 : 4'b0001) << address[1:0];
  wire [31:0] store_data = b << {address[1:0], 3'b000};

  reg [31:0] result;
  reg writes;
  reg [31:0] next_pc;
  reg stop;
  always @* begin
    result = alu;
    writes = 1'b1;
    next_pc = pc + 32'd4;
    stop = 1'b0;
    casez (opcode)
      7'b0110111: result = {ir[31:12], 12'd0};
      7'b0010111: result = pc + {ir[31:12], 12'd0};
      7'b1101111: begin
        result = pc + 32'd4;
        next_pc = pc + imm_j;
      end
      7'b1100111: begin
        result = pc + 32'd4;
        next_pc = (a + imm_i) & ~32'd1;
      end
      7'b1100011: begin
        writes = 1'b0;
        if (taken) next_pc = pc + imm_b;
      end
      7'b0000011: result = loaded;
      7'b0100011: writes = 1'b0;
      7'b0?10011: ;
      default: begin
        writes = 1'b0;
        stop = 1'b1;
        next_pc = pc;
      end
    endcase
  end
  assign pc_o = pc;
  assign halted = stop;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) pc <= 32'd0;
    else pc <= next_pc;
  always @(posedge clk) if (rst_n & writes & rd != 5'd0) x[rd] <= result;
  always @(posedge clk)
    if (is_store & ~io & rst_n) begin
      if (lanes[0]) ram[address[9:2]][7:0] <= store_data[7:0];
      if (lanes[1]) ram[address[9:2]][15:8] <= store_data[15:8];
      if (lanes[2]) ram[address[9:2]][23:16] <= store_data[23:16];
      if (lanes[3]) ram[address[9:2]][31:24] <= store_data[31:24];
    end
  always @(posedge clk or negedge rst_n)
    if (!rst_n) begin
      out_port <= 32'd0;
      out_valid <= 1'b0;
    end else begin
      out_valid <= is_store & io;
      if (is_store & io) out_port <= b;
    end
endmodule
