  // commands ------------------------------------------------------------------------------------
  assign clear = rw_err_clr_q;

  // counters of events --------------------------------------------------------------------------
  econ_counter_array #(.Address(16'h3b7), .Triplicate(0)) u_link_reset_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear),
    .event_i  (link_reset_event_i),
    .address_i(address_i),
    .read_o   (read_link_reset),
    .err_o    (link_reset_count_err)
  );

  assign clear_left_ready = clear | (write_i & (address_i == 16'h3c4) & data_i[4]);

  econ_counter_array #(.Address(16'h3dd), .Triplicate(0)) u_left_ready_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear_left_ready),
    .event_i  (left_ready_event_i),
    .address_i(address_i),
    .read_o   (read_left_ready),
    .err_o    (left_ready_count_err)
  );

  assign clear_state_upset = clear | (write_i & (address_i == 16'h3c4) & data_i[5]);

  econ_counter_array #(.Address(16'h3de), .Triplicate(0)) u_state_upset_count (
    .clk_i    (clk_i),
    .rst_ni   (rst_ni),
    .clear_i  (clear_state_upset),
    .event_i  (state_upset_event_i),
    .address_i(address_i),
    .read_o   (read_state_upset),
    .err_o    (state_upset_count_err)
  );

