// One step of putting together: elements that still have 2^Step places to go, go them.
//
// Element: valid, places still to go (6 bits), data. Elements never meet, because those that stay behind
// are at least as many as the places that the others have to go. Seats that nobody takes are 0.
`default_nettype none

module econ_gather_stage #(
    parameter Cells = 48,
    parameter Data  = 13,
    parameter Step  = 0
) (
    input  wire [(Data+7)*Cells-1:0] elements_i,  // {valid, places, data}
    output wire [(Data+7)*Cells-1:0] elements_o
);

  localparam Width = Data + 7;
  localparam Far   = 1 << Step;

  genvar k;
  generate
    for (k = 0; k < Cells; k = k + 1) begin : gen_seat
      wire [Width-1:0] here;
      wire             stays;

      assign here  = elements_i[Width*k +: Width];
      assign stays = here[Width-1] & ~here[Data+Step];

      if (k + Far < Cells) begin : gen_from
        wire [Width-1:0] there;
        wire             comes;

        assign there = elements_i[Width*(k+Far) +: Width];
        assign comes = there[Width-1] & there[Data+Step];
        assign elements_o[Width*k +: Width] = (here & {Width{stays}}) | (there & {Width{comes}});
      end else begin : gen_last
        assign elements_o[Width*k +: Width] = here & {Width{stays}};
      end
    end
  endgenerate

endmodule

`default_nettype wire
