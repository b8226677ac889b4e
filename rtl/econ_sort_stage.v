// One row of the sorting network: key i meets key i + Distance for every i whose bit is set in Lower; the
// others pass. No key is in two pairs.
`default_nettype none

module econ_sort_stage #(
    parameter             Keys        = 48,
    parameter             KeyBits     = 18,
    parameter             AddressBits = 6,
    parameter             Distance    = 1,
    parameter [Keys-1:0]  Lower       = {Keys{1'b0}}
) (
    input  wire [(KeyBits+AddressBits)*Keys-1:0] keys_i,  // position p: key above its address
    output wire [(KeyBits+AddressBits)*Keys-1:0] keys_o
);

  localparam Width = KeyBits + AddressBits;

  // Positions that are the upper end of a pair.
  localparam [Keys-1:0] Upper = Lower << Distance;

  genvar i;
  generate
    for (i = 0; i < Keys; i = i + 1) begin : gen_position
      if (Lower[i]) begin : gen_pair
        econ_sort_exchange #(.KeyBits(KeyBits), .AddressBits(AddressBits)) u_exchange (
          .first_i (keys_i[Width*i +: Width]),
          .second_i(keys_i[Width*(i+Distance) +: Width]),
          .first_o (keys_o[Width*i +: Width]),
          .second_o(keys_o[Width*(i+Distance) +: Width])
        );
      end else if (!Upper[i]) begin : gen_pass
        assign keys_o[Width*i +: Width] = keys_i[Width*i +: Width];
      end
    end
  endgenerate

endmodule

`default_nettype wire
