<?php

use App\User;
use Illuminate\Support\Facades\Broadcast;

Broadcast::userRoutes(['middleware' => ['auth:token']]);

Broadcast::channel('orders.{order}', fn (User $user, int $order) => $user->id === $order, ['guards' => ['token']]);
Broadcast::channel('vault', fn (User $user) => $user->id === 1, ['guards' => ['token']]);
Broadcast::channel('App.User.{id}', fn (User $user, int $id) => $user->id === $id, ['guards' => ['token']]);
Broadcast::channel('warehouse', fn (User $user) => ['name' => $user->name], ['guards' => ['token']]);
