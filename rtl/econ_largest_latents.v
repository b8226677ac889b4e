// Of the latents the Count largest, as they are sent: the number of their set, then their codes, the first
// latent lowest. The number is that of the combinatorial number system: the sum over the members
// c_1 < c_2 < ... < c_Count of "c_i choose i". It tells which latents were sent in as few bits as can be.
`default_nettype none

module econ_largest_latents #(
    parameter Latents   = 48,  // at most 48: binomials are exact
    parameter ValueBits = 9,
    parameter CodeBits  = 3,
    parameter Count     = 7,   // below Latents
    parameter SetBits   = 27   // holds every number below "Latents choose Count"
) (
    input  wire [ValueBits*Latents-1:0]      values_i,
    input  wire [CodeBits*Latents-1:0]       codes_i,
    output wire [SetBits+CodeBits*Count-1:0] field_o  // number of the set in [SetBits-1:0]
);

  wire [Latents-1:0]   map;
  wire [6*Latents-1:0] missing;  // latents below that are not members, for members
  wire [5:0]           count;

  econ_largest_map #(.Values(Latents), .Bits(ValueBits), .Count(Count)) u_largest_map (
    .values_i(values_i),
    .map_o   (map)
  );

  econ_cells_before #(.Cells(Latents)) u_cells_before (
    .map_i    (map),
    .missing_o(missing),
    .count_o  (count)
  );

  // seat i: the member with i members below it
  wire [SetBits*Count-1:0] shares;  // "c choose i + 1"

  genvar i;
  generate
    for (i = 0; i < Count; i = i + 1) begin : gen_seat
      econ_latent_seat #(
        .Latents (Latents),
        .CodeBits(CodeBits),
        .Seat    (i),
        .SetBits (SetBits)
      ) u_seat (
        .map_i    (map),
        .missing_i(missing),
        .codes_i  (codes_i),
        .code_o   (field_o[SetBits + CodeBits*i +: CodeBits]),
        .share_o  (shares[SetBits*i +: SetBits])
      );
    end
  endgenerate

  reg [SetBits-1:0] number;
  integer           k;

  always @* begin
    number = {SetBits{1'b0}};
    for (k = 0; k < Count; k = k + 1) number = number + shares[SetBits*k +: SetBits];
  end

  assign field_o[SetBits-1:0] = number;

  wire unused_count; // always Count
  assign unused_count = ^count;

endmodule

`default_nettype wire
