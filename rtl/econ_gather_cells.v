// Puts the cells of a map together: the codes of the cells that are sent, in ascending order from place 0,
// with their numbers. Places beyond the count are 0.
`default_nettype none

module econ_gather_cells #(
    parameter Cells     = 48,  // at most 63
    parameter Addresses = 7    // so many numbers are wanted
) (
    input  wire [Cells-1:0]       map_i,
    input  wire [7*Cells-1:0]     codes_i,      // 4E3M, cell k in [7k+6:7k]
    output wire [7*Cells-1:0]     codes_o,      // place j in [7j+6:7j]
    output wire [6*Addresses-1:0] addresses_o,  // place j in [6j+5:6j]
    output wire [5:0]             count_o
);

  localparam Data  = 13;       // code, number
  localparam Width = Data + 7; // valid, places to go, data

  wire [6*Cells-1:0]     missing;
  wire [Width*Cells-1:0] apart;
  wire [Width*Cells-1:0] after_1;
  wire [Width*Cells-1:0] after_2;
  wire [Width*Cells-1:0] after_4;
  wire [Width*Cells-1:0] after_8;
  wire [Width*Cells-1:0] after_16;
  wire [Width*Cells-1:0] together;

  econ_cells_before #(.Cells(Cells)) u_cells_before (
    .map_i    (map_i),
    .missing_o(missing),
    .count_o  (count_o)
  );

  genvar k;
  generate
    for (k = 0; k < Cells; k = k + 1) begin : gen_cell
      localparam [5:0] Number = k;

      assign apart[Width*k +: Width] = {map_i[k], missing[6*k +: 6], codes_i[7*k +: 7], Number};
      assign codes_o[7*k +: 7]       = together[Width*k+6 +: 7];
    end
    for (k = 0; k < Addresses; k = k + 1) begin : gen_address
      assign addresses_o[6*k +: 6] = together[Width*k +: 6];
    end
  endgenerate

  econ_gather_stage #(.Cells(Cells), .Data(Data), .Step(0)) u_stage_1 (
    .elements_i(apart),
    .elements_o(after_1)
  );
  econ_gather_stage #(.Cells(Cells), .Data(Data), .Step(1)) u_stage_2 (
    .elements_i(after_1),
    .elements_o(after_2)
  );
  econ_gather_stage #(.Cells(Cells), .Data(Data), .Step(2)) u_stage_4 (
    .elements_i(after_2),
    .elements_o(after_4)
  );
  econ_gather_stage #(.Cells(Cells), .Data(Data), .Step(3)) u_stage_8 (
    .elements_i(after_4),
    .elements_o(after_8)
  );
  econ_gather_stage #(.Cells(Cells), .Data(Data), .Step(4)) u_stage_16 (
    .elements_i(after_8),
    .elements_o(after_16)
  );
  econ_gather_stage #(.Cells(Cells), .Data(Data), .Step(5)) u_stage_32 (
    .elements_i(after_16),
    .elements_o(together)
  );

  wire unused_rest; // counts and numbers of cells that arrived
  assign unused_rest = ^together;

endmodule

`default_nettype wire
